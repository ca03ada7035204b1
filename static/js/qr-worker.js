// Reads QR codes beside the page, so that the camera's picture never stutters. The page says where the library lies: in
// production its name changes with its content.

async function start({ library, wasm }) {
  importScripts(library);
  // By itself the library would ask a stranger's server for its other half.
  await ZXingWASM.prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
}

// Unused error correction, from 0 (just readable) to 1 (as it was printed).
function unused(extra) {
  try {
    return JSON.parse(extra).UEC ?? 0;
  } catch {
    return 0;
  }
}

async function read(picture) {
  const options = { formats: ["QRCode"], maxNumberOfSymbols: 4, textMode: "Plain" };
  const codes = await ZXingWASM.readBarcodes(picture, options);
  return codes.map(({ text, extra }) => ({ text, unused: unused(extra) })).filter(({ text }) => text);
}

self.onmessage = async ({ data }) => {
  try {
    postMessage(data.picture ? { codes: await read(data.picture) } : (await start(data), { ready: true }));
  } catch (error) {
    postMessage({ failed: String(error) });
  }
};
