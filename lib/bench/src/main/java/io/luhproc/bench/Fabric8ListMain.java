package io.luhproc.bench;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.List;
import java.util.Map;

/** Lists the Jobs and Pods of {@link KubernetesSection} with fabric8's kubernetes-client. */
final class Fabric8ListMain {
  private static final Map<String, String> LABELS =
      Map.of("app.kubernetes.io/managed-by", "luhproc");

  private Fabric8ListMain() {}

  /** Exits with 0 if all were listed. */
  public static void main(String[] args) {
    try (KubernetesClient client = new KubernetesClientBuilder().build()) {
      String namespace = KubernetesSection.NAMESPACE;
      List<Pod> pods = client.pods().inNamespace(namespace).withLabels(LABELS).list().getItems();
      List<Job> jobs =
          client.batch().v1().jobs().inNamespace(namespace).withLabels(LABELS).list().getItems();
      long running =
          pods.stream().filter(it -> it.getStatus().getPhase().equals("Running")).count();
      boolean complete =
          running == KubernetesSection.WORKERS && jobs.size() == KubernetesSection.WORKERS;
      System.exit(complete ? 0 : 1);
    }
  }
}
