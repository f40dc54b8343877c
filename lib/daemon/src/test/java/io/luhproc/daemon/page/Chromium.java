package io.luhproc.daemon.page;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A headless Chromium, driven by the Chrome DevTools Protocol. */
final class Chromium implements AutoCloseable {
  private static final String PROPERTY = "luhproc.chromium";
  private static final long TIMEOUT_SECONDS = 60;
  private static final Pattern LISTENING = Pattern.compile("DevTools listening on (ws://\\S+)");

  private final Process process;
  private final WebSocket socket;
  private final AtomicInteger lastId = new AtomicInteger();
  private final ConcurrentMap<Integer, CompletableFuture<Map<String, Object>>> pending =
      new ConcurrentHashMap<>();
  private final ConcurrentMap<String, BiConsumer<String, Map<String, Object>>> sessions =
      new ConcurrentHashMap<>();

  // Guarded by this.
  private CompletableFuture<WebSocket> sent;

  private Chromium(Process process, URI address) {
    this.process = process;
    this.socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(address, new Listener())
            .orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
            .join();
    this.sent = CompletableFuture.completedFuture(socket);
  }

  /** Returns the program of the system property, or {@code chromium} of the path. */
  static Optional<Path> find() {
    Optional<Path> configured = Optional.ofNullable(System.getProperty(PROPERTY)).map(Path::of);
    return configured.or(
        () ->
            Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "chromium"))
                .filter(Files::isExecutable)
                .findFirst());
  }

  static Chromium launch(Path program, Path profile) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            program.toString(),
            "--headless=new",
            "--no-sandbox", // Root, as in a container, has none.
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--no-first-run",
            "--password-store=basic",
            "--remote-debugging-port=0",
            "--user-data-dir=" + profile,
            "about:blank");
    Process process = builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    BufferedReader errors =
        new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
    StringBuilder read = new StringBuilder();
    for (String line = errors.readLine(); line != null; line = errors.readLine()) {
      Matcher listening = LISTENING.matcher(line);
      if (listening.find()) {
        drain(errors);
        return new Chromium(process, URI.create(listening.group(1)));
      }
      read.append(line).append('\n');
    }
    throw new IOException("cannot start " + program + ": " + read);
  }

  /** Reads what the browser reports later, so that it is never blocked. */
  private static void drain(BufferedReader errors) {
    Thread reader = new Thread(() -> errors.lines().forEach(line -> {}), "chromium-stderr");
    reader.setDaemon(true);
    reader.start();
  }

  /** Opens an empty tab; tabs of other calls do not share its storage. */
  Tab newTab() {
    Object context = call("", "Target.createBrowserContext", "{}").get("browserContextId");
    Object target =
        call(
                "",
                "Target.createTarget",
                "{\"url\":\"about:blank\",\"browserContextId\":\"%s\"}".formatted(context))
            .get("targetId");
    Object session =
        call(
                "",
                "Target.attachToTarget",
                "{\"targetId\":\"%s\",\"flatten\":true}".formatted(target))
            .get("sessionId");
    return new Tab(this, session.toString());
  }

  /** Calls a listener for each event of a session, with its method and parameters. */
  void onEvent(String session, BiConsumer<String, Map<String, Object>> listener) {
    sessions.put(session, listener);
  }

  /**
   * Calls a method and waits for its result.
   *
   * @param session the session of a tab; empty for the browser
   * @param parameters a JSON object
   */
  @SuppressWarnings("unchecked")
  Map<String, Object> call(String session, String method, String parameters) {
    Map<String, Object> result =
        send(session, method, parameters).orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
    if (result.containsKey("error")) {
      throw new IllegalStateException(method + ": " + result.get("error"));
    }
    return (Map<String, Object>) result.getOrDefault("result", Map.of());
  }

  /** Calls a method; the future completes with the answer. */
  CompletableFuture<Map<String, Object>> send(String session, String method, String parameters) {
    int id = lastId.incrementAndGet();
    CompletableFuture<Map<String, Object>> answer = new CompletableFuture<>();
    pending.put(id, answer);
    String ofSession = session.isEmpty() ? "" : ",\"sessionId\":\"" + session + "\"";
    String message =
        "{\"id\":%d,\"method\":\"%s\",\"params\":%s%s}"
            .formatted(id, method, parameters, ofSession);
    synchronized (this) {
      // One message at a time, see WebSocket.sendText.
      sent = sent.thenCompose(ready -> socket.sendText(message, true));
    }
    return answer;
  }

  @SuppressWarnings("unchecked")
  private void receive(Map<String, Object> message) {
    if (message.get("id") instanceof Integer id) {
      CompletableFuture<Map<String, Object>> answer = pending.remove(id);
      if (answer != null) {
        boolean ignored = answer.complete(message);
      }
    } else if (message.get("sessionId") instanceof String session) {
      sessions
          .getOrDefault(session, (method, parameters) -> {})
          .accept(
              String.valueOf(message.get("method")),
              (Map<String, Object>) message.getOrDefault("params", Map.of()));
    }
  }

  /** Ends the browser and its processes. */
  @Override
  public void close() {
    List<ProcessHandle> tree =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    socket.abort();
    tree.forEach(ProcessHandle::destroyForcibly);
    tree.forEach(it -> it.onExit().orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join());
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        String message = text.toString();
        text.setLength(0);
        receive(Json.object(message));
      }
      webSocket.request(1);
      return CompletableFuture.completedFuture(text);
    }
  }
}
