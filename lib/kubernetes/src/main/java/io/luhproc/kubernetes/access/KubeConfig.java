package io.luhproc.kubernetes.access;

import io.luhproc.kubernetes.access.ClusterAccess.Sources;
import io.luhproc.kubernetes.json.Json;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The configuration of kubectl: clusters, users, and contexts that join one of each.
 *
 * <p>Of several files, the first that defines a name or the current context wins. A file that does
 * not exist is skipped. Paths in a file are relative to it. See <a
 * href="https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/">the
 * documentation</a>.
 */
final class KubeConfig {
  private final Sources sources;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private Optional<String> currentContext;

  private KubeConfig(Sources sources) {
    this.sources = sources;
    this.currentContext = sources.context();
  }

  /**
   * A cluster, a user or a context.
   *
   * @param what its kind and name, and the file, for messages
   * @param values its properties
   * @param file where relative paths begin
   */
  record Entry(String what, Json values, Path file) {

    /** Returns a string; empty if it is missing or empty. */
    Optional<String> text(String key) {
      Json value = values.at(key);
      if (!value.isMissing() && value.text().isEmpty()) {
        throw new AccessException(
            "cannot use " + what + ": " + key + " must be a string; put it in quotes");
      }
      return value.text().filter(it -> !it.isEmpty());
    }

    Optional<Path> path(String key) {
      return text(key).map(this::resolve);
    }

    /** Returns a path that is relative to the file. */
    Path resolve(String path) {
      return file.resolveSibling(path).toAbsolutePath().normalize();
    }

    /** Returns the text in {@code KEY-data}, which is in base 64, or else in the file KEY. */
    Optional<String> dataOrFile(String key) {
      Optional<String> data = text(key + "-data");
      if (data.isEmpty()) {
        return path(key).map(TextFile::read);
      }
      try {
        byte[] bytes = Base64.getMimeDecoder().decode(data.get());
        return Optional.of(new String(bytes, StandardCharsets.UTF_8));
      } catch (IllegalArgumentException e) {
        throw new AccessException("cannot use " + what + ": " + key + "-data is not base 64");
      }
    }

    void refuse(String key, String remedy) {
      if (!values.at(key).isMissing()) {
        throw new AccessException(
            "cannot use " + what + ": " + key + " is not supported; " + remedy);
      }
    }
  }

  static KubeConfig load(Sources sources) {
    KubeConfig config = new KubeConfig(sources);
    List<Path> files = files(sources);
    List<Path> existing = files.stream().filter(Files::exists).toList();
    if (existing.isEmpty()) {
      throw new AccessException(
          "cannot find a Kubernetes cluster: this is not a pod with a service account, and "
              + files
              + " does not exist; set KUBECONFIG");
    }
    existing.forEach(config::add);
    return config;
  }

  private static List<Path> files(Sources sources) {
    List<Path> files = new ArrayList<>();
    for (String name : sources.variable("KUBECONFIG").orElse("").split(File.pathSeparator, -1)) {
      if (!name.isBlank()) {
        files.add(Path.of(name).toAbsolutePath());
      }
    }
    return files.isEmpty() ? List.of(sources.home().resolve(".kube/config")) : files;
  }

  private void add(Path file) {
    Json root = Yaml.parse(TextFile.read(file), file);
    addAll(root, file, "clusters", "cluster");
    addAll(root, file, "users", "user");
    addAll(root, file, "contexts", "context");
    if (currentContext.isEmpty()) {
      currentContext = root.at("current-context").text().filter(it -> !it.isEmpty());
    }
  }

  private void addAll(Json root, Path file, String list, String kind) {
    for (Json item : root.at(list).items()) {
      String what = kind + " " + item.at("name").textOrEmpty();
      entries.putIfAbsent(what, new Entry(what + " of " + file, item.at(kind), file));
    }
  }

  private Entry entry(String kind, String name, String origin) {
    Entry found = entries.get(kind + " " + name);
    if (found == null) {
      List<String> known = new ArrayList<>(new TreeSet<>(entries.keySet()));
      known.removeIf(it -> !it.startsWith(kind + " "));
      throw new AccessException(
          "cannot use " + origin + ": there is no " + kind + " " + name + ", only " + known);
    }
    return found;
  }

  ClusterAccess access() {
    String name =
        currentContext.orElseThrow(
            () ->
                new AccessException(
                    "cannot use the kubeconfig: it has no current-context; run kubectl config"
                        + " use-context NAME"));
    Entry context = entry("context", name, "the kubeconfig");
    Entry cluster = entry("cluster", context.text("cluster").orElse(""), context.what());
    Credentials credentials =
        context.text("user").isEmpty()
            ? () -> Credential.NONE
            : credentials(entry("user", context.text("user").get(), context.what()), cluster);
    return new ClusterAccess(
        ClusterAccess.parseServer(cluster.text("server").orElse(""), cluster.what()),
        context.text("namespace"),
        trust(cluster),
        credentials,
        Optional.empty(),
        context.what());
  }

  private static ServerTrust trust(Entry cluster) {
    cluster.refuse("proxy-url", "set -Dhttps.proxyHost and -Dhttps.proxyPort of this JVM");
    boolean insecure = cluster.values().at("insecure-skip-tls-verify").isTrue();
    Optional<String> authorities = cluster.dataOrFile("certificate-authority");
    if (insecure && authorities.isPresent()) {
      throw new AccessException(
          "cannot use "
              + cluster.what()
              + ": it has both insecure-skip-tls-verify and certificate-authority; remove one");
    }
    return new ServerTrust(
        authorities.map(it -> ClusterAccess.parseAuthorities(it, cluster.what())).orElse(List.of()),
        cluster.text("tls-server-name"),
        insecure);
  }

  /** As in kubectl, a token is preferred to a token file; a client certificate adds to either. */
  private Credentials credentials(Entry user, Entry cluster) {
    user.refuse("auth-provider", "use an exec plugin");
    user.refuse("as", "give the rights to the user itself");
    if (user.values().at("exec").isObject()) {
      return ExecCredentials.of(user, cluster, sources);
    }
    Optional<ClientKey> key =
        user.dataOrFile("client-certificate").map(chain -> clientKey(user, chain));
    Optional<String> token = user.text("token");
    if (token.isEmpty() && user.text("tokenFile").isPresent()) {
      TokenFile file = new TokenFile(user.path("tokenFile").orElseThrow());
      return () -> new Credential(file.current().authorization(), key);
    }
    Optional<String> authorization =
        token.isPresent()
            ? Credential.ofToken(token.get(), user.what()).authorization()
            : user.text("username").map(name -> basic(name, user.text("password").orElse("")));
    Credential credential = new Credential(authorization, key);
    return () -> credential;
  }

  private static ClientKey clientKey(Entry user, String chain) {
    String key =
        user.dataOrFile("client-key")
            .orElseThrow(
                () ->
                    new AccessException(
                        "cannot use "
                            + user.what()
                            + ": it has a client-certificate, but no"
                            + " client-key"));
    return ClientKey.parse(chain, key, user.what());
  }

  private static String basic(String name, String password) {
    byte[] both = (name + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(both);
  }
}
