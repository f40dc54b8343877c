package io.luhproc.kubernetes;

import io.luhproc.engine.EngineRefusedException;
import io.luhproc.kubernetes.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the Pods of all workers of an engine have in common.
 *
 * @param pod properties of the Pod's spec
 * @param container properties of the container
 * @param isOwnImage whether the image is that of this process, so that its command works there
 */
record WorkerTemplate(Map<String, Object> pod, Map<String, Object> container, boolean isOwnImage) {
  // No labels: a Service would route requests to the worker. No affinity: it is about the app.
  private static final List<String> POD_PROPERTIES =
      List.of(
          "serviceAccountName",
          "automountServiceAccountToken",
          "imagePullSecrets",
          "nodeSelector",
          "tolerations",
          "securityContext",
          "runtimeClassName",
          "priorityClassName",
          "dnsPolicy",
          "dnsConfig",
          "hostAliases",
          "enableServiceLinks");
  // No ports, no probes, no lifecycle hooks.
  private static final List<String> CONTAINER_PROPERTIES =
      List.of("image", "imagePullPolicy", "env", "envFrom", "resources", "securityContext");
  private static final String DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container";
  private static final String TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";

  /** The taints of a lost node; Kubernetes adds tolerations of five minutes to every Pod. */
  static final List<String> LOST_NODE_TAINTS =
      List.of("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable");

  /** Returns the template for an image whose entry point is the program. */
  static WorkerTemplate ofImage(String image) {
    return new WorkerTemplate(Map.of(), Map.of("image", image), false);
  }

  /**
   * Returns the template that is like a Pod.
   *
   * @param name the container that is copied; empty for the only one, or the one that the Pod names
   *     as its default
   * @throws EngineRefusedException if it is not known which container that is
   */
  static WorkerTemplate ofPod(Json pod, Optional<String> name) {
    Json spec = pod.at("spec");
    Json own = container(pod, name);
    List<Json> mounts = new ArrayList<>(own.at("volumeMounts").items());
    // The token of the service account is mounted again by the server.
    mounts.removeIf(it -> it.at("mountPath").is(TOKEN_PATH));
    List<Json> volumes = new ArrayList<>(spec.at("volumes").items());
    volumes.removeIf(
        it -> mounts.stream().noneMatch(mount -> mount.at("name").equals(it.at("name"))));
    Map<String, Object> podSpec = copy(spec, POD_PROPERTIES);
    List<Json> tolerations = new ArrayList<>(spec.at("tolerations").items());
    tolerations.removeIf(it -> LOST_NODE_TAINTS.contains(it.at("key").textOrEmpty()));
    podSpec.put("tolerations", tolerations);
    podSpec.put("volumes", volumes);
    Map<String, Object> container = copy(own, CONTAINER_PROPERTIES);
    container.put("volumeMounts", mounts);
    return new WorkerTemplate(podSpec, container, true);
  }

  private static Json container(Json pod, Optional<String> name) {
    List<Json> containers = pod.at("spec", "containers").items();
    Optional<String> wanted =
        name.or(() -> pod.at("metadata", "annotations", DEFAULT_CONTAINER).text());
    if (wanted.isEmpty() && containers.size() == 1) {
      return containers.get(0);
    }
    List<String> names = containers.stream().map(it -> it.at("name").textOrEmpty()).toList();
    return containers.stream()
        .filter(it -> wanted.isPresent() && it.at("name").is(wanted.get()))
        .findFirst()
        .orElseThrow(
            () ->
                new EngineRefusedException(
                    "cannot make workers like this pod: it has the containers %s%s; set %s, or the"
                            .formatted(
                                names,
                                wanted.map(it -> " and not " + it).orElse(""),
                                KubernetesEngineProvider.CONTAINER)
                        + " annotation "
                        + DEFAULT_CONTAINER));
  }

  private static Map<String, Object> copy(Json from, List<String> properties) {
    Map<String, Object> copied = new LinkedHashMap<>();
    for (String property : properties) {
      if (!from.at(property).isMissing()) {
        copied.put(property, from.at(property));
      }
    }
    return copied;
  }

  /** Returns the service account of the Pods; empty if it is not known. */
  Optional<String> serviceAccount() {
    return pod.get("serviceAccountName") instanceof Json name ? name.text() : Optional.empty();
  }

  /** Returns the tolerations of the Pods, without those of a lost node. */
  List<?> tolerations() {
    return pod.get("tolerations") instanceof List<?> tolerations ? tolerations : List.of();
  }

  /** Returns whether the container has a limit of memory. */
  boolean hasMemoryLimit() {
    return container.get("resources") instanceof Json resources
        && !resources.at("limits", "memory").isMissing();
  }

  /** Returns the environment of the container, with references to Secrets and ConfigMaps. */
  List<Json> environment() {
    return container.get("env") instanceof Json env ? env.items() : List.of();
  }
}
