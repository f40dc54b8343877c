package io.luhproc.daemon.page;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** A tab of a {@link Chromium}. */
final class Tab {
  private static final int DEADLINE_MILLIS = 30_000;

  private final Chromium browser;
  private final String session;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private final List<String> problems = new CopyOnWriteArrayList<>();

  Tab(Chromium browser, String session) {
    this.browser = browser;
    this.session = session;
    browser.onEvent(session, this::onEvent);
    call("Page.enable", "{}");
    call("Runtime.enable", "{}");
    call("Log.enable", "{}");
    call("Network.enable", "{}");
    call("Emulation.setFocusEmulationEnabled", "{\"enabled\":true}");
    size(1280, 800);
  }

  private void onEvent(String method, Map<String, Object> parameters) {
    if (method.equals("Fetch.requestPaused")) {
      fulfil(parameters);
    }
    if (method.equals("Network.requestWillBeSent")) {
      requests.add(String.valueOf(((Map<?, ?>) parameters.get("request")).get("url")));
    }
    boolean isProblem =
        method.equals("Runtime.exceptionThrown")
            || (method.equals("Log.entryAdded") && isSecurityOrScript(parameters));
    if (isProblem) {
      problems.add(parameters.toString());
    }
  }

  private static boolean isSecurityOrScript(Map<String, Object> parameters) {
    return parameters.get("entry") instanceof Map<?, ?> entry
        && List.of("security", "javascript", "violation").contains(entry.get("source"));
  }

  /** Returns uncaught exceptions and violations of the content security policy. */
  List<String> problems() {
    return problems;
  }

  /** Returns the number of requests to a path. */
  long requests(String path) {
    return requests.stream().filter(url -> url.endsWith(path)).count();
  }

  private Map<String, Object> call(String method, String parameters) {
    return browser.call(session, method, parameters);
  }

  void close() {
    Object ignored = call("Page.close", "{}");
  }

  void open(String url) {
    Object ignored = call("Page.navigate", "{\"url\":" + Json.quote(url) + "}");
    waitFor("document.readyState === 'complete' && location.href !== 'about:blank'");
  }

  /** Answers requests to a path with a JSON text instead of the server. */
  void answer(String path, String json) {
    answers.put(path, json);
    String patterns =
        answers.keySet().stream()
            .map(it -> "{\"urlPattern\":%s}".formatted(Json.quote("*" + it)))
            .collect(Collectors.joining(","));
    Object ignored = call("Fetch.enable", "{\"patterns\":[" + patterns + "]}");
  }

  private void fulfil(Map<String, Object> paused) {
    String url = String.valueOf(((Map<?, ?>) paused.get("request")).get("url"));
    String body =
        answers.entrySet().stream()
            .filter(it -> url.endsWith(it.getKey()))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse("");
    String encoded = Base64.getEncoder().encodeToString(body.getBytes(StandardCharsets.UTF_8));
    var ignored =
        browser.send(
            session,
            "Fetch.fulfillRequest",
            "{\"requestId\":\"%s\",\"responseCode\":200,\"body\":\"%s\"}"
                .formatted(paused.get("requestId"), encoded));
  }

  /** Evaluates an expression; a promise is awaited. */
  Object eval(String expression) {
    Map<String, Object> answer =
        call(
            "Runtime.evaluate",
            "{\"expression\":%s,\"awaitPromise\":true,\"returnByValue\":true}"
                .formatted(Json.quote(expression)));
    if (answer.get("exceptionDetails") != null) {
      throw new IllegalStateException(expression + ": " + answer.get("exceptionDetails"));
    }
    return answer.get("result") instanceof Map<?, ?> result && result.get("value") != null
        ? result.get("value")
        : "undefined";
  }

  String text(String selector) {
    return String.valueOf(
        eval("document.querySelector(" + Json.quote(selector) + ")?.textContent ?? ''"));
  }

  long count(String selector) {
    return ((Number) eval("document.querySelectorAll(" + Json.quote(selector) + ").length"))
        .longValue();
  }

  /** Waits until a condition is true in the page. */
  void waitFor(String condition) {
    Object result =
        eval(
            """
            new Promise((resolve) => {
              const end = Date.now() + %d;
              const check = () => {
                if (%s) resolve('done');
                else if (Date.now() > end) resolve(document.body.innerText);
                else setTimeout(check, 20);
              };
              check();
            })
            """
                .formatted(DEADLINE_MILLIS, condition));
    if (!result.equals("done")) {
      throw new AssertionError("never true: " + condition + "; the page shows: " + result);
    }
  }

  void waitForText(String selector, String text) {
    waitFor(
        "(document.querySelector(%s)?.textContent ?? '').includes(%s)"
            .formatted(Json.quote(selector), Json.quote(text)));
  }

  /** Clicks an element as soon as it is visible and nothing covers its middle. */
  void click(String selector) {
    waitFor(
        """
        ((element) => {
          if (!element?.checkVisibility()) return false;
          element.scrollIntoView({block: 'center'});
          const {x, y, width, height} = element.getBoundingClientRect();
          const isOnTop = element.contains(document.elementFromPoint(x + width / 2, y + height / 2));
          if (isOnTop) element.click();
          return isOnTop;
        })(document.querySelector(%s))
        """
            .formatted(Json.quote(selector)));
  }

  /** Presses a key, by its DOM name, such as {@code Enter} or {@code j}. */
  void press(String key) {
    String text = key.length() == 1 ? key : key.equals("Enter") ? "\r" : "";
    int code = key.equals("Enter") ? 13 : key.equals("Escape") ? 27 : 0;
    String down =
        "{\"type\":\"keyDown\",\"key\":%s,\"text\":%s,\"windowsVirtualKeyCode\":%d}"
            .formatted(Json.quote(key), Json.quote(text), code);
    String up = "{\"type\":\"keyUp\",\"key\":%s}".formatted(Json.quote(key));
    for (String event : List.of(down, up)) {
      Object ignored = call("Input.dispatchKeyEvent", event);
    }
  }

  /** Types a text into the element with the focus. */
  void type(String text) {
    Object ignored = call("Input.insertText", "{\"text\":" + Json.quote(text) + "}");
  }

  void size(int width, int height) {
    boolean isPhone = width < 500;
    Object ignored =
        call(
            "Emulation.setDeviceMetricsOverride",
            "{\"width\":%d,\"height\":%d,\"deviceScaleFactor\":1,\"mobile\":%s}"
                .formatted(width, height, isPhone));
  }

  /** Sets what the system prefers: {@code light} or {@code dark}. */
  void prefer(String scheme) {
    Object ignored =
        call(
            "Emulation.setEmulatedMedia",
            "{\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"%s\"}]}"
                .formatted(scheme));
  }

  void screenshot(Path file) throws IOException {
    Object data = call("Page.captureScreenshot", "{\"format\":\"png\"}").get("data");
    Path ignored = Files.write(file, Base64.getDecoder().decode(String.valueOf(data)));
  }
}
