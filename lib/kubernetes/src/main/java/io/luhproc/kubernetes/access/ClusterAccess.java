package io.luhproc.kubernetes.access;

import io.luhproc.time.TimeSource;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;

/**
 * Where the API server is, and how this process is known to it.
 *
 * @param server the URL, without a slash at the end
 * @param namespace the namespace of the pod, or of the context; empty if it has none
 * @param trust which certificate the server must have
 * @param credentials what proves the identity of this process
 * @param podName the name of the pod that this process runs in, if it does
 * @param origin where all this is from, for messages
 */
public record ClusterAccess(
    URI server,
    Optional<String> namespace,
    ServerTrust trust,
    Credentials credentials,
    Optional<String> podName,
    String origin) {
  private static final Path SERVICE_ACCOUNT =
      Path.of("/var/run/secrets/kubernetes.io/serviceaccount");
  private static final Pattern LOOPBACK = Pattern.compile("localhost|127\\..*|\\[::1]");

  /**
   * Where to look.
   *
   * @param environment the environment of this process
   * @param home the home directory of the user
   * @param serviceAccount the directory of the service account of a pod
   * @param context the context of the kubeconfig; empty for its current one
   * @param time the clocks, for credentials that expire
   * @param executor reads the output of credential plugins
   */
  public record Sources(
      Map<String, String> environment,
      Path home,
      Path serviceAccount,
      Optional<String> context,
      TimeSource time,
      Executor executor) {

    /** Returns the sources of this process, with its environment. */
    public static Sources ofThisProcess(
        Map<String, String> environment, Optional<String> context, Executor executor) {
      return new Sources(
          environment,
          Path.of(System.getProperty("user.home", "")),
          SERVICE_ACCOUNT,
          context,
          TimeSource.system(),
          executor);
    }

    Optional<String> variable(String name) {
      return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }
  }

  /**
   * Returns the access of the service account in a pod; else that of the kubeconfig files in {@code
   * KUBECONFIG}, else of {@code ~/.kube/config}. A given context always means the kubeconfig.
   *
   * @throws AccessException if there is none, or it cannot be used
   */
  public static ClusterAccess find(Sources sources) {
    Optional<String> host = sources.variable("KUBERNETES_SERVICE_HOST");
    Path token = sources.serviceAccount().resolve("token");
    if (host.isPresent() && sources.context().isEmpty() && Files.exists(token)) {
      return ofPod(sources, host.get(), token);
    }
    return KubeConfig.load(sources).access();
  }

  private static ClusterAccess ofPod(Sources sources, String host, Path token) {
    String port = sources.variable("KUBERNETES_SERVICE_PORT").orElse("443");
    String bracketed = host.contains(":") ? "[" + host + "]" : host;
    Path authorities = sources.serviceAccount().resolve("ca.crt");
    Path namespace = sources.serviceAccount().resolve("namespace");
    String origin = "the service account of this pod";
    return new ClusterAccess(
        parseServer("https://" + bracketed + ":" + port, "KUBERNETES_SERVICE_HOST"),
        Files.exists(namespace)
            ? Optional.of(TextFile.read(namespace).strip()).filter(it -> !it.isEmpty())
            : Optional.empty(),
        new ServerTrust(
            parseAuthorities(TextFile.read(authorities), authorities.toString()),
            Optional.empty(),
            false),
        new TokenFile(token),
        sources.variable("HOSTNAME"),
        origin);
  }

  static List<X509Certificate> parseAuthorities(String pem, String origin) {
    try {
      return Certificates.parse(pem);
    } catch (IllegalArgumentException e) {
      throw new AccessException("cannot use " + origin + ": " + e.getMessage(), e);
    }
  }

  /**
   * Returns a URL of an API server. Its user information could be a secret, so messages do not have
   * the URL.
   */
  static URI parseServer(String text, String origin) {
    String problem = "it is not an http or https URL with a host";
    try {
      URI uri = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
      boolean http = "http".equals(uri.getScheme());
      boolean plain = uri.getUserInfo() == null && uri.getQuery() == null;
      if (uri.getHost() != null && plain && (http || "https".equals(uri.getScheme()))) {
        if (!http || LOOPBACK.matcher(uri.getHost()).matches()) {
          return uri;
        }
        problem = "credentials are only sent by https; change the URL";
      }
    } catch (IllegalArgumentException expected) {
      // The message quotes the text.
    }
    throw new AccessException("cannot use the server of " + origin + ": " + problem);
  }
}
