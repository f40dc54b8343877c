package io.luhproc.kubernetes;

import io.luhproc.engine.EngineSettings;
import io.luhproc.engine.WorkerKey;
import io.luhproc.engine.WorkerSpec;
import io.luhproc.kubernetes.Cluster.StreamSettings;
import io.luhproc.kubernetes.access.ClusterAccess;
import io.luhproc.kubernetes.access.ClusterAccess.Sources;
import io.luhproc.kubernetes.access.Credential;
import io.luhproc.kubernetes.access.Credentials;
import io.luhproc.kubernetes.access.ServerTrust;
import io.luhproc.kubernetes.client.ApiClient;
import io.luhproc.kubernetes.stub.StubApiServer;
import io.luhproc.time.ThreadPool;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An engine on a stub. */
final class EngineFixture implements AutoCloseable {
  static final Duration LONG = Duration.ofSeconds(20);

  final StubApiServer server;
  private final Path home;
  private final TimeSource time;

  EngineFixture(Path home, TimeSource time) throws IOException {
    this.home = home;
    this.time = time;
    server = StubApiServer.start(TimeSource.system());
    Files.writeString(
        home.resolve("config"),
        """
        current-context: dev
        contexts: [{ name: dev, context: { cluster: c, namespace: shop } }]
        clusters: [{ name: c, cluster: { server: "URL" } }]
        """
            .replace("URL", server.url()));
  }

  KubernetesEngine open(String app) {
    return open(app, new ApiClient.Limits(LONG, LONG, 100), LONG);
  }

  KubernetesEngine open(String app, ApiClient.Limits limits, Duration silence) {
    ThreadPool threads = ThreadPool.withMaxThreads(8, "test");
    Map<String, String> environment =
        Map.of("KUBECONFIG", home.resolve("config").toString(), "LUHPROC_K8S_IMAGE", "shop/web:7");
    Sources sources = new Sources(environment, home, home, Optional.empty(), time, threads);
    StreamSettings streams =
        new StreamSettings(silence, LONG, Duration.ofMillis(1), Duration.ofMillis(50));
    return KubernetesEngineProvider.open(
        new EngineSettings("", app, environment), sources, threads, limits, streams);
  }

  /** Returns the template that an engine in a pod uses. */
  WorkerTemplate ownPodTemplate(String podName) {
    try (ThreadPool threads = ThreadPool.withMaxThreads(2, "test")) {
      ClusterAccess access =
          new ClusterAccess(
              URI.create(server.url()),
              Optional.of(StubApiServer.NAMESPACE),
              new ServerTrust(List.of(), Optional.empty(), false),
              new NoCredentials(),
              Optional.of(podName).filter(it -> !it.isEmpty()),
              "the service account of this pod");
      ApiClient client = new ApiClient(access, threads, time, ApiClient.Limits.DEFAULT);
      return new TemplateSource(access, Optional.empty(), Optional.empty()).get(client);
    }
  }

  private static final class NoCredentials implements Credentials {
    @Override
    public Credential current() {
      return new Credential(Optional.empty(), Optional.empty());
    }
  }

  static WorkerKey key(String id) {
    return new WorkerKey(Optional.of("shop"), "INDEXER", id);
  }

  static WorkerSpec spec(String id, String token) {
    return spec(id, token, Optional.empty());
  }

  static WorkerSpec spec(String id, String token, Optional<Duration> startTimeout) {
    return new WorkerSpec(
        key(id),
        token,
        List.of("java", "App"),
        Map.of("INDEXER", "1", "LUHPROC_ID", id),
        Map.of(),
        Path.of("/"),
        Duration.ofSeconds(5),
        startTimeout);
  }

  static String job(String id) {
    return JobNames.of(key(id));
  }

  @Override
  public void close() {
    server.close();
  }
}
