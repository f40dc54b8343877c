package io.luhproc.kubernetes.access;

import io.luhproc.kubernetes.access.ClusterAccess.Sources;
import io.luhproc.kubernetes.access.KubeConfig.Entry;
import io.luhproc.kubernetes.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The credentials that a program prints, see <a
 * href="https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins">client-go
 * credential plugins</a>. They are kept until they expire or the server refuses them.
 */
final class ExecCredentials implements Credentials {
  private static final Set<String> VERSIONS =
      Set.of("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1");
  // A request takes time, and clocks differ.
  private static final Duration EXPIRY_MARGIN = Duration.ofSeconds(10);

  private final String what;
  private final String apiVersion;
  private final PluginProgram program;
  private final Sources sources;
  // Guarded by this, as is the next field.
  private @Nullable Credential cached;
  private Instant expires = Instant.MAX;

  private ExecCredentials(String what, String apiVersion, PluginProgram program, Sources sources) {
    this.what = what;
    this.apiVersion = apiVersion;
    this.program = program;
    this.sources = sources;
  }

  static ExecCredentials of(Entry user, Entry cluster, Sources sources) {
    Entry exec = new Entry("exec of " + user.what(), user.values().at("exec"), user.file());
    String version = exec.text("apiVersion").orElse("");
    if (!VERSIONS.contains(version)) {
      throw new AccessException(
          "cannot use %s: apiVersion (%s) must be one of %s; update the program"
              .formatted(exec.what(), version, VERSIONS));
    }
    if (exec.values().at("interactiveMode").is("Always")) {
      throw new AccessException(
          "cannot use " + exec.what() + ": it needs a terminal; use a program that does not");
    }
    Map<String, String> environment = new LinkedHashMap<>();
    for (Json variable : exec.values().at("env").items()) {
      environment.put(variable.at("name").textOrEmpty(), variable.at("value").textOrEmpty());
    }
    environment.put("KUBERNETES_EXEC_INFO", info(version, exec, cluster));
    String hint = exec.text("installHint").orElse("install it, or change the kubeconfig");
    PluginProgram program =
        new PluginProgram(exec.what(), command(exec), environment, hint, sources.executor());
    return new ExecCredentials(exec.what(), version, program, sources);
  }

  private static List<String> command(Entry exec) {
    String program =
        exec.text("command")
            .orElseThrow(
                () -> new AccessException("cannot use " + exec.what() + ": command is missing"));
    // A path is relative to the file, a name is searched for in PATH.
    boolean isPath = program.contains("/");
    List<String> command = new ArrayList<>();
    command.add(isPath ? exec.resolve(program).toString() : program);
    exec.values().at("args").items().forEach(it -> command.add(it.textOrEmpty()));
    return command;
  }

  private static String info(String version, Entry exec, Entry cluster) {
    Map<String, Object> spec = new LinkedHashMap<>();
    if (exec.values().at("provideClusterInfo").isTrue()) {
      Map<String, Object> info = new LinkedHashMap<>();
      cluster.text("server").ifPresent(it -> info.put("server", it));
      cluster
          .text("certificate-authority-data")
          .ifPresent(it -> info.put("certificate-authority-data", it));
      cluster.text("tls-server-name").ifPresent(it -> info.put("tls-server-name", it));
      spec.put("cluster", info);
    }
    spec.put("interactive", false);
    return Json.write(Map.of("apiVersion", version, "kind", "ExecCredential", "spec", spec));
  }

  @Override
  public synchronized Credential current() {
    Credential valid = cached;
    if (valid == null || !sources.time().now().isBefore(expires)) {
      valid = parse(program.run());
      cached = valid;
    }
    return valid;
  }

  @Override
  public synchronized void refused(Credential credential) {
    if (credential.equals(cached)) {
      cached = null;
    }
  }

  private Credential parse(byte[] output) {
    Json root;
    try {
      root = Json.parse(output);
    } catch (IllegalArgumentException e) {
      throw new AccessException("cannot use " + what + ": its output is " + e.getMessage());
    }
    if (!root.at("kind").is("ExecCredential") || !root.at("apiVersion").is(apiVersion)) {
      throw new AccessException(
          "cannot use " + what + ": its output must be an ExecCredential of " + apiVersion);
    }
    Json status = root.at("status");
    Optional<Instant> end = status.at("expirationTimestamp").time();
    expires = end.map(it -> it.minus(EXPIRY_MARGIN)).orElse(Instant.MAX);
    Optional<ClientKey> key =
        status
            .at("clientCertificateData")
            .text()
            .map(it -> ClientKey.parse(it, status.at("clientKeyData").textOrEmpty(), what));
    Optional<String> token = status.at("token").text();
    if (token.isEmpty() && key.isEmpty()) {
      throw new AccessException(
          "cannot use " + what + ": it printed neither token nor certificate");
    }
    return new Credential(token.flatMap(it -> Credential.ofToken(it, what).authorization()), key);
  }
}
