package io.luhproc.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * CPU time of a cold JVM that lists the workers in a cluster, which is an HTTP server in this JVM:
 * with luhproc, and with fabric8's kubernetes-client.
 */
final class KubernetesSection {
  static final String NAMESPACE = "shop";
  static final int WORKERS = 500;

  private static final double MAX_RATIO = 0.5;
  private static final String LUHPROC = "luhproc";
  private static final String FABRIC8_FILES = "fabric8.classpath";
  // User and system time of the command in nanoseconds, as wait4(2) reports it.
  private static final String CPU_SCRIPT =
      "set -o pipefail; TIMEFORMAT='%U %S'; "
          + "{ time \"$@\"; } 2>&1 | awk '{ printf \"%.0f\\n\", ($1 + $2) * 1e9 }'";

  private KubernetesSection() {}

  static List<ResultRow> run(BenchEnvironment environment) throws Exception {
    String measurement =
        "`list` of %d workers on Kubernetes, CPU time of a cold JVM".formatted(WORKERS);
    Optional<String> fabric8 = read(FABRIC8_FILES);
    if (fabric8.isEmpty()) {
      return List.of(ResultRow.of(measurement, "", "built without kubernetes-client"));
    }
    Path folder = environment.createDirectory("kubernetes");
    HttpServer server = HttpServer.create(loopback(), 0);
    try {
      serve(server);
      Map<String, String> variables = variables(folder, server.getAddress().getPort());
      InterleavedTrials trials =
          new InterleavedTrials()
              .add(LUHPROC, trial(KubernetesListMain.class, "", folder, variables))
              .add("fabric8", trial(Fabric8ListMain.class, fabric8.get(), folder, variables))
              .run(2, 15);
      return List.of(row(measurement, trials));
    } finally {
      server.stop(0);
    }
  }

  private static ResultRow row(String measurement, InterleavedTrials trials) {
    double millis = trials.samplesOf(LUHPROC).median();
    double ratio = millis / trials.samplesOf("fabric8").median();
    return new ResultRow(
        measurement,
        Samples.formatMillis(millis) + ", " + Samples.formatRatio(ratio),
        trials.mediansExcept(LUHPROC),
        "<= " + Samples.formatRatio(MAX_RATIO),
        ratio <= MAX_RATIO);
  }

  /** Returns a trial of a main class in a JVM whose class path has more files at its end. */
  private static Trial trial(
      Class<?> main, String moreFiles, Path folder, Map<String, String> variables) {
    List<String> java = BenchEnvironment.javaCommand(main, folder.toString());
    int classPath = java.indexOf("-cp") + 1;
    if (!moreFiles.isEmpty()) {
      java.set(classPath, java.get(classPath) + File.pathSeparator + moreFiles);
    }
    java.addAll(0, List.of("bash", "-c", CPU_SCRIPT, "bash"));
    return new CommandRunner(java, variables)::readLastNumber;
  }

  private static Map<String, String> variables(Path folder, int port) throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("config"),
            """
            apiVersion: v1
            kind: Config
            current-context: bench
            contexts: [{ name: bench, context: { cluster: c, user: u, namespace: shop } }]
            clusters: [{ name: c, cluster: { server: "http://127.0.0.1:%d" } }]
            users: [{ name: u, user: { token: t } }]
            """
                .formatted(port));
    return Map.of("KUBECONFIG", config.toString(), "LC_ALL", "C");
  }

  // The cluster.

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static void serve(HttpServer server) throws IOException {
    byte[] pods = list("PodList", "v1", "pod.json");
    byte[] jobs = list("JobList", "batch/v1", "job.json");
    server.createContext("/api/v1/namespaces/shop/pods", exchange -> answer(exchange, pods));
    server.createContext("/apis/batch/v1/namespaces/shop/jobs", exchange -> answer(exchange, jobs));
    server.start();
  }

  /** Returns a list of objects that differ in a number, for which {@code @} stands. */
  private static byte[] list(String kind, String apiVersion, String resource) throws IOException {
    String form = read(resource).orElseThrow().strip();
    String items =
        IntStream.range(0, WORKERS)
            .mapToObj(i -> form.replace("@", String.format(Locale.ROOT, "%012d", i)))
            .collect(Collectors.joining(","));
    return """
    {"kind":"%s","apiVersion":"%s","metadata":{"resourceVersion":"1110"},"items":[%s]}
    """
        .formatted(kind, apiVersion, items)
        .getBytes(UTF_8);
  }

  private static Optional<String> read(String resource) throws IOException {
    try (InputStream in = KubernetesSection.class.getResourceAsStream(resource)) {
      return in == null ? Optional.empty() : Optional.of(new String(in.readAllBytes(), UTF_8));
    }
  }

  private static void answer(HttpExchange exchange, byte[] body) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
