package io.luhproc.kubernetes;

import io.luhproc.engine.EngineRefusedException;
import io.luhproc.kubernetes.access.ClusterAccess;
import io.luhproc.kubernetes.client.ApiClient;
import io.luhproc.kubernetes.client.ResourcePath;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds out what the Pods of workers look like. Thread-safe. */
final class TemplateSource {
  private final ClusterAccess access;
  private final Optional<String> image;
  private final Optional<String> container;
  // Guarded by this. A Pod never changes.
  private @Nullable WorkerTemplate template;

  /**
   * Creates a source.
   *
   * @param image the image of workers; empty for that of this pod
   * @param container the container of this pod that workers are like
   */
  TemplateSource(ClusterAccess access, Optional<String> image, Optional<String> container) {
    this.access = access;
    this.image = image;
    this.container = container;
  }

  /** Returns a source of a known template. */
  static TemplateSource of(ClusterAccess access, WorkerTemplate template) {
    TemplateSource source = new TemplateSource(access, Optional.empty(), Optional.empty());
    source.template = template;
    return source;
  }

  /**
   * Returns the template.
   *
   * @throws EngineRefusedException if this process is not in a pod and there is no image
   * @throws io.luhproc.kubernetes.client.ApiException if the pod cannot be read
   */
  synchronized WorkerTemplate get(ApiClient api) {
    WorkerTemplate known = template;
    if (known == null) {
      known = image.isPresent() ? WorkerTemplate.ofImage(image.get()) : ofOwnPod(api);
      template = known;
    }
    return known;
  }

  private WorkerTemplate ofOwnPod(ApiClient api) {
    if (access.podName().isEmpty() || access.namespace().isEmpty()) {
      throw new EngineRefusedException(
          "cannot make a worker in Kubernetes: this process is not in a pod, so its image is not"
              + " known; set "
              + KubernetesEngineProvider.IMAGE
              + " to an image whose entry point is this app");
    }
    ResourcePath pods = ResourcePath.pods(access.namespace().get());
    return WorkerTemplate.ofPod(api.get(pods.child(access.podName().get())), container);
  }
}
