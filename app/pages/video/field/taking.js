/* Pictures that are kept as evidence: as sharp as the phone can, with code, time and name of the place burnt in at the edge. */
window.taking = (function () {
"use strict";

const SHARP = 5000; // milliseconds that the camera has for a photo of its own
const MANY_BYTES = 6000000;
const SMALL = 320; // pixels of what the wall shows

function limited(promise, time) {
  return Promise.race([promise, new Promise((_, reject) => setTimeout(() => reject(new Error("late")), time))]);
}

function blobOf(canvas, quality) {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => blob ? resolve(blob) : reject(new Error("blank")), "image/jpeg", quality);
  });
}

function canvasOf(source, width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d").drawImage(source, 0, 0, width, height);
  return canvas;
}

function pictureOf(blob) {
  return new Promise((resolve, reject) => {
    const picture = new Image();
    picture.onload = () => resolve(picture);
    picture.onerror = reject;
    picture.src = URL.createObjectURL(blob);
  });
}

/* From the sensor itself where the browser can, else what the camera streams. */
async function still(stream, video) {
  const track = stream.getVideoTracks()[0];
  if (window.ImageCapture) {
    try {
      return await limited(new ImageCapture(track).takePhoto(), SHARP);
    } catch (fault) { /* many cameras cannot, while they stream */ }
  }
  return blobOf(canvasOf(video, video.videoWidth, video.videoHeight), 0.92);
}

async function burnt(blob, text) {
  const picture = await pictureOf(blob);
  try {
    let side = 1;
    for (;;) {
      const width = Math.round(picture.naturalWidth * side), height = Math.round(picture.naturalHeight * side);
      const canvas = canvasOf(picture, width, height), pen = canvas.getContext("2d");
      let size = Math.max(12, Math.round(Math.min(width, height) / 28));
      pen.font = size + "px sans-serif";
      const room = width - size;
      if (pen.measureText(text).width > room) size = Math.max(8, Math.floor(size * room / pen.measureText(text).width));
      const strip = Math.round(size * 1.7);
      pen.fillStyle = "#000";
      pen.fillRect(0, height - strip, width, strip);
      pen.fillStyle = "#fff";
      pen.font = size + "px sans-serif";
      pen.textBaseline = "middle";
      pen.fillText(text, size / 2, height - strip / 2, room);
      const written = await blobOf(canvas, side === 1 ? 0.9 : 0.85);
      if (written.size <= MANY_BYTES) return written;
      side *= 0.75;
    }
  } finally {
    URL.revokeObjectURL(picture.src);
  }
}

async function small(video) {
  const scale = Math.min(1, SMALL / video.videoWidth);
  return blobOf(canvasOf(video, Math.round(video.videoWidth * scale), Math.round(video.videoHeight * scale)), 0.6);
}

/* A film in pieces of a second each: whatever came through before the network broke can be looked at. */
function film(stream, piece, done) {
  const kinds = ["video/webm;codecs=vp8,opus", "video/webm", "video/mp4"];
  const kind = kinds.find((each) => MediaRecorder.isTypeSupported(each)) || "";
  const recorder = new MediaRecorder(stream, kind ? { mimeType: kind, videoBitsPerSecond: 600000 } : {});
  let number = 0;
  recorder.ondataavailable = (event) => {
    if (event.data.size) piece(number++, event.data, recorder.mimeType.split(";")[0]);
  };
  recorder.onstop = done;
  recorder.start(1000);
  return recorder;
}

return { still, burnt, small, film };
})();
