// The camera of the scanner: its stream, its light, and its pictures one by one.

// Longest side that is read; larger pictures take longer and are read hardly better.
const LONGEST_SIDE = 1280;
// Rest between two pictures, so that phones stay cool.
const REST_MS = 90;

// What getUserMedia's errors mean to the person in front of the screen; all others: the camera does not work.
const STATES = { NotAllowedError: "denied", SecurityError: "denied", NotFoundError: "none", OverconstrainedError: "none" };

export const stateOf = (error) => STATES[error.name] ?? "broken";

export class Camera {
  #canvas = document.createElement("canvas");
  #stream = null;

  constructor(video) {
    this.video = video;
  }

  // Opens the camera at the phone's back, or whichever there is.
  async open() {
    if (!navigator.mediaDevices?.getUserMedia) throw new DOMException("no camera here", "NotFoundError");
    const wish = { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } };
    this.#stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: wish });
    this.video.srcObject = this.#stream;
    await this.video.play();
  }

  close() {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
    this.video.srcObject = null;
  }

  get isOpen() {
    return this.#stream?.active ?? false;
  }

  get #track() {
    return this.#stream?.getVideoTracks()[0];
  }

  get hasLight() {
    return Boolean(this.#track?.getCapabilities?.().torch);
  }

  async light(isOn) {
    await this.#track.applyConstraints({ advanced: [{ torch: isOn }] });
  }

  // The picture as it is now, or nothing while the camera warms up.
  picture() {
    const { videoWidth, videoHeight } = this.video;
    if (!videoWidth) return null;
    const scale = Math.min(1, LONGEST_SIDE / Math.max(videoWidth, videoHeight));
    this.#canvas.width = Math.round(videoWidth * scale);
    this.#canvas.height = Math.round(videoHeight * scale);
    const context = this.#canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(this.video, 0, 0, this.#canvas.width, this.#canvas.height);
    return context.getImageData(0, 0, this.#canvas.width, this.#canvas.height);
  }

  // The last picture as a file.
  async file() {
    const blob = await new Promise((done) => this.#canvas.toBlob(done, "image/jpeg", 0.95));
    return new File([blob], "camera.jpg", { type: blob.type });
  }

  rest() {
    return new Promise((done) => setTimeout(done, REST_MS));
  }
}
