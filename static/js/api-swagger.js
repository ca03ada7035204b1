// Starts Swagger UI on the bank's own schema. Calls tried out from here carry the session's CSRF token.
const place = document.getElementById("reference");

window.SwaggerUIBundle({
  url: place.dataset.schema,
  dom_id: "#reference",
  deepLinking: true,
  presets: [window.SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  requestInterceptor: (request) => {
    if (!["GET", undefined].includes(request.method)) {
      request.headers["X-CSRFToken"] = place.dataset.csrf;
    }
    return request;
  },
});
