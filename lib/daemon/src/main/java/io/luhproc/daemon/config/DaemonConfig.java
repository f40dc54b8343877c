package io.luhproc.daemon.config;

import io.luhproc.service.ServiceSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A configuration without errors.
 *
 * @param listen the address of the HTTP server; empty for none
 * @param tls the certificate of the HTTP server; empty for plain text
 * @param directory the directory of the supervisor; empty for the default
 * @param shipping where the logs are shipped; empty for nowhere
 * @param services the services in the order of the files
 * @param groups the names of the services of each group
 * @param warnings what the files ask for and is not honoured
 * @since 0.1
 */
public record DaemonConfig(
    Optional<ListenAddress> listen,
    Optional<TlsFiles> tls,
    Optional<Path> directory,
    Optional<ShippingConfig> shipping,
    List<ServiceSpec> services,
    Map<String, Set<String>> groups,
    List<ConfigProblem> warnings) {

  /** Creates a configuration with copies of the collections. */
  public DaemonConfig {
    services = List.copyOf(services);
    groups = Map.copyOf(groups);
    warnings = List.copyOf(warnings);
  }
}
