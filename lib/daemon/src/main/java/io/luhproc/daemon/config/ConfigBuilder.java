package io.luhproc.daemon.config;

import io.luhproc.LuhprocException;
import io.luhproc.envfile.EnvFile;
import io.luhproc.service.DependencyGraph;
import io.luhproc.service.ServiceSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Collects the services of all files and checks them together. */
final class ConfigBuilder {
  private ReadContext context;
  private final Map<String, Location> locations = new LinkedHashMap<>();
  private final List<ServiceSpec> services = new ArrayList<>();
  private final Map<String, Set<String>> groups = new LinkedHashMap<>();
  private final Map<String, ConfigNode> merged = new LinkedHashMap<>();
  private Optional<ListenAddress> listen = Optional.empty();
  private Optional<TlsFiles> tls = Optional.empty();
  private Optional<Path> directory = Optional.empty();
  private Optional<ShippingConfig> shipping = Optional.empty();

  ConfigBuilder(ReadContext context) {
    this.context = context;
  }

  ReadContext context() {
    return context;
  }

  /**
   * Adds the variables of a file {@code .env} beside a configuration file to those that are
   * referred to, unless they are set.
   *
   * @return the file; empty if there is none
   */
  Optional<Path> useDotEnv(Path file) {
    Path dotEnv = file.toAbsolutePath().resolveSibling(".env").normalize();
    if (!Files.isRegularFile(dotEnv)) {
      return Optional.empty();
    }
    try {
      Map<String, String> variables = new LinkedHashMap<>(EnvFile.read(dotEnv));
      variables.putAll(context.interpolation().environment());
      context = new ReadContext(new Interpolation(variables), context.problems(), context.keys());
    } catch (LuhprocException e) {
      problems().error(Location.of(dotEnv), String.valueOf(e.getMessage()));
    }
    return Optional.of(dotEnv);
  }

  Problems problems() {
    return context.problems();
  }

  /** Adds a top-level table or value of the merged configuration, to be shown. */
  void show(String key, ConfigNode node) {
    merged.put(key, node);
  }

  /** Returns the merged configuration, to be shown. */
  ConfigNode.Table merged() {
    return new ConfigNode.Table(new Location(Path.of(""), 1, 1), merged);
  }

  /** Reads {@code listen}, {@code tls} and {@code directory}. */
  void readSupervisor(TableReader table) {
    readListen(table);
    tls = table.table("tls").flatMap(ConfigBuilder::readTls);
    if (tls.isPresent() && listen.isEmpty()) {
      table.error("tls", "tls needs listen");
    }
    directory = table.path("directory");
  }

  private static Optional<TlsFiles> readTls(TableReader table) {
    Optional<Path> certificate = table.path("certificate");
    Optional<Path> key = table.path("key");
    table.reportUnknownKeys();
    if (certificate.isEmpty() || key.isEmpty()) {
      table.error("", table.title() + " must have a certificate and a key");
      return Optional.empty();
    }
    return Optional.of(new TlsFiles(certificate.get(), key.get()));
  }

  void readShipping(TableReader table) {
    shipping = new ShippingSection(table).read();
  }

  /** Reads {@code listen}: an address, or an empty string for no HTTP server. */
  void readListen(TableReader table) {
    listen =
        table.apply(
            "listen",
            table::string,
            listen,
            (address, text) ->
                text.isEmpty() ? Optional.empty() : Optional.of(ListenAddress.parse(text)));
  }

  /**
   * Claims the name of a service. Reports a name that is already in use.
   *
   * @return whether the name was free
   */
  boolean claim(String name, Location location) {
    Location first = locations.putIfAbsent(name, location);
    if (first != null) {
      problems().error(location, "service " + name + " is already defined at " + first);
    }
    return first == null;
  }

  void add(ServiceSpec service) {
    services.add(service);
  }

  void addToGroup(String group, String service) {
    groups.computeIfAbsent(group, it -> new LinkedHashSet<>()).add(service);
  }

  /**
   * Returns the configuration.
   *
   * @throws InvalidConfigException if problems were reported, or the dependencies are not valid
   */
  DaemonConfig build() {
    reportUnknownDependencies();
    problems().throwIfAny();
    try {
      DependencyGraph ignored = DependencyGraph.of(services);
    } catch (IllegalArgumentException e) {
      Location location = locations.isEmpty() ? Location.of(Path.of("")) : firstLocation();
      problems().error(location, String.valueOf(e.getMessage()));
    }
    problems().throwIfAny();
    return new DaemonConfig(
        listen, tls, directory, shipping, services, groups, problems().warnings());
  }

  private Location firstLocation() {
    return Location.of(locations.values().iterator().next().file());
  }

  private void reportUnknownDependencies() {
    for (ServiceSpec service : services) {
      Set<String> named = new LinkedHashSet<>(service.dependencies().after());
      named.addAll(service.dependencies().requires());
      named.addAll(service.dependencies().wants());
      named.addAll(service.dependencies().conflicts());
      for (String dependency : named) {
        // A service with problems of its own counts as known.
        if (!locations.containsKey(dependency)) {
          String hint = NearestName.question(dependency, locations.keySet()).orElse("");
          problems()
              .error(
                  locations.getOrDefault(service.name(), firstLocation()),
                  "service "
                      + service.name()
                      + " names "
                      + dependency
                      + ", which is not defined"
                      + hint);
        }
      }
    }
  }
}
