package io.luhproc.kubernetes;

import io.luhproc.engine.EngineRefusedException;
import io.luhproc.engine.EngineSettings;
import io.luhproc.engine.WorkerEngine;
import io.luhproc.engine.WorkerEngineProvider;
import io.luhproc.kubernetes.Cluster.StreamSettings;
import io.luhproc.kubernetes.access.AccessException;
import io.luhproc.kubernetes.access.ClusterAccess;
import io.luhproc.kubernetes.access.ClusterAccess.Sources;
import io.luhproc.kubernetes.client.ApiClient;
import io.luhproc.time.ThreadPool;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Opens engines for addresses {@code k8s:NAMESPACE}. Without a namespace it is that of this pod, or
 * of the context of the kubeconfig, or {@code default}.
 *
 * <p>Environment variables: {@code LUHPROC_K8S_IMAGE}, the image of the workers if this process is
 * not in a pod; {@code LUHPROC_K8S_CONTAINER}, the container of this pod that workers are like;
 * {@code LUHPROC_K8S_CONTEXT}, the context of the kubeconfig.
 *
 * @since 0.1
 */
public final class KubernetesEngineProvider implements WorkerEngineProvider {
  static final String IMAGE = "LUHPROC_K8S_IMAGE";
  static final String CONTAINER = "LUHPROC_K8S_CONTAINER";
  static final String CONTEXT = "LUHPROC_K8S_CONTEXT";

  private static final int MAX_THREADS = 8;
  // RFC 1123, as the server checks it.
  private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  private static final int MAX_SERVICE_ACCOUNT_LENGTH = 253;
  private static final Pattern SERVICE_ACCOUNT =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

  /** Creates a provider; called by {@link java.util.ServiceLoader}. */
  public KubernetesEngineProvider() {}

  @Override
  public String scheme() {
    return "k8s";
  }

  @Override
  public WorkerEngine open(EngineSettings settings) {
    ThreadPool threads = ThreadPool.withMaxThreads(MAX_THREADS, "kubernetes");
    Sources sources =
        Sources.ofThisProcess(settings.environment(), variable(settings, CONTEXT), threads);
    return open(settings, sources, threads, ApiClient.Limits.DEFAULT, StreamSettings.DEFAULT);
  }

  static KubernetesEngine open(
      EngineSettings settings,
      Sources sources,
      ThreadPool threads,
      ApiClient.Limits limits,
      StreamSettings streams) {
    try {
      ClusterAccess access = ClusterAccess.find(sources);
      String namespace =
          Optional.of(settings.target())
              .filter(it -> !it.isEmpty())
              .or(access::namespace)
              .orElse("default");
      if (!NAMESPACE.matcher(namespace).matches()) {
        throw new EngineRefusedException(
            "cannot open k8s:%s: the namespace must be 1 to 63 lower-case letters, digits and '-'"
                .formatted(namespace));
      }
      ApiClient client = new ApiClient(access, threads, sources.time(), limits);
      TemplateSource template =
          new TemplateSource(access, variable(settings, IMAGE), variable(settings, CONTAINER));
      return new KubernetesEngine(
          new Cluster(namespace, settings.app(), client, sources.time(), streams),
          template,
          threads);
    } catch (AccessException e) {
      threads.close();
      throw new EngineRefusedException(String.valueOf(e.getMessage()), e);
    } catch (RuntimeException e) {
      threads.close();
      throw e;
    }
  }

  /**
   * Returns the manifest of a Role with the rights that the engine needs, and of the RoleBinding
   * that gives it to a service account.
   *
   * @param namespace the namespace of the workers and of the service account
   * @param serviceAccount the name of the service account that starts workers
   * @throws IllegalArgumentException if a name is not one of Kubernetes
   */
  public static String accessManifest(String namespace, String serviceAccount) {
    if (!NAMESPACE.matcher(namespace).matches()) {
      throw new IllegalArgumentException(
          "namespace (%s) must be 1 to 63 lower-case letters, digits and '-' inside"
              .formatted(namespace));
    }
    if (serviceAccount.length() > MAX_SERVICE_ACCOUNT_LENGTH
        || !SERVICE_ACCOUNT.matcher(serviceAccount).matches()) {
      throw new IllegalArgumentException(
          "service account (%s) must be 1 to 253 lower-case letters, digits, and '-' and '.' inside"
              .formatted(serviceAccount));
    }
    return AccessRules.yaml(namespace, serviceAccount);
  }

  private static Optional<String> variable(EngineSettings settings, String name) {
    return Optional.ofNullable(settings.environment().get(name)).filter(it -> !it.isBlank());
  }
}
