package io.luhproc.cli.service;

import io.luhproc.cli.Console;
import io.luhproc.cli.client.ServiceView;
import io.luhproc.cli.text.TerminalText;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Follows the start of the services that are requested to be up, and reports each failure once. */
final class StartProgress {
  private final Console console;
  private final Set<String> reported = new LinkedHashSet<>();
  private Set<String> pending = Set.of();

  StartProgress(Console console) {
    this.console = console;
  }

  /** Takes the current status, and returns whether each service is up or has failed. */
  boolean update(List<ServiceView> services) {
    Map<String, ServiceView> byName = new HashMap<>();
    for (ServiceView service : services) {
      byName.put(service.name(), service);
    }
    Set<String> stillPending = new LinkedHashSet<>();
    for (ServiceView service : services) {
      if (!service.isDesiredUp() && !service.isFailed()) {
        continue;
      }
      if (isPending(service, byName, new LinkedHashSet<>())) {
        stillPending.add(service.name());
      } else if (isDown(service)) {
        report(service);
      }
    }
    pending = stillPending;
    return stillPending.isEmpty();
  }

  /** A service that waits for one that has failed is not pending. */
  private static boolean isPending(
      ServiceView service, Map<String, ServiceView> byName, Set<String> seen) {
    if (service.state().equals("starting") || service.state().equals("stopping")) {
      return true;
    }
    if (!service.state().equals("blocked") || !seen.add(service.name())) {
      return false;
    }
    for (String other : service.blockedOn()) {
      ServiceView blocking = byName.get(other);
      if (blocking != null && !isPending(blocking, byName, seen)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDown(ServiceView service) {
    return !service.isRunning() && !service.isExited();
  }

  private void report(ServiceView service) {
    if (reported.add(service.name())) {
      String cause = ServiceText.cause(service);
      console.printMessage(
          "cannot start "
              + TerminalText.escapeToLine(service.name())
              + (cause.isEmpty() ? "" : ": " + cause)
              + "; see luhproc why "
              + TerminalText.escapeToLine(service.name()));
    }
  }

  boolean hasFailed() {
    return !reported.isEmpty();
  }

  /** Returns the names of the services that are neither up nor have failed. */
  Set<String> pending() {
    return pending;
  }
}
