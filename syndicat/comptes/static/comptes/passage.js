// Sends the hand-off by itself; without script the button does it.
document.addEventListener("DOMContentLoaded", () => document.getElementById("passage")?.submit());
