package io.luhproc.bench;

import io.luhproc.worker.ProcessManager;
import java.nio.file.Path;

/** Lists the workers of {@link KubernetesSection} with luhproc. */
final class KubernetesListMain {
  private KubernetesListMain() {}

  /** Exits with 0 if all were listed. */
  public static void main(String[] args) {
    ProcessManager manager =
        ProcessManager.builder()
            .app("shop")
            .task("INDEXER", context -> {})
            .root(Path.of(args[0], "root"))
            .engine("k8s:" + KubernetesSection.NAMESPACE)
            .build();
    long running = manager.list().stream().filter(it -> it.state().isAlive()).count();
    System.exit(running == KubernetesSection.WORKERS ? 0 : 1);
  }
}
