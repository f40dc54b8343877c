package io.luhproc.daemon.http;

import io.luhproc.daemon.config.ReloadResult;
import io.luhproc.daemon.ship.ShippingStats;
import io.luhproc.service.ServiceSpec;
import io.luhproc.supervisor.Supervisor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the API controls. */
public interface ApiTarget {
  /** Returns the supervisor of the services. */
  Supervisor supervisor();

  /** Returns the specifications of the services in effect. */
  List<ServiceSpec> services();

  /** Returns the names of the services of each group. */
  Map<String, Set<String>> groups();

  /** Returns the counters of log shipping; empty if it is off. */
  Optional<ShippingStats> shipping();

  /**
   * Reads the configuration again and changes what differs.
   *
   * @throws io.luhproc.daemon.config.InvalidConfigException if it has errors
   */
  ReloadResult reload();

  /** Requests that the daemon stops all services and exits. */
  void requestClose();
}
