// What HTML alone cannot do. Every page works without it.
(function (d) {
  var all = function (selector, act) { [].forEach.call(d.querySelectorAll(selector), act); };

  // "/" opens in the language chosen last.
  all("[data-lang]", function (e) {
    e.addEventListener("click", function () {
      d.cookie = "language=" + e.getAttribute("data-lang") + ";path=/;max-age=31536000;samesite=lax" +
        (location.protocol === "https:" ? ";secure" : "");
    });
  });

  if (navigator.clipboard) all("[data-copy]", function (e) {
    e.hidden = false;
    e.addEventListener("click", function () {
      navigator.clipboard.writeText(e.getAttribute("data-copy")).then(function () {
        e.textContent = e.getAttribute("data-done");
      });
    });
  });

  var errors = d.getElementById("errors");
  if (errors) errors.focus();
})(document);
