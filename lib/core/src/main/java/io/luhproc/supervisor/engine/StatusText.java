package io.luhproc.supervisor.engine;

import io.luhproc.health.CheckRecord;
import io.luhproc.health.HealthResult;
import io.luhproc.health.HealthState;
import io.luhproc.limits.LimitReport;
import io.luhproc.service.DependencyGraph;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ProcessStatus;
import io.luhproc.service.ServiceStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Describes one snapshot of all services as text. */
public final class StatusText {
  private static final String INDENT = "  ";

  private final Collection<String> names;
  private final DependencyGraph graph;
  private final Function<String, ServiceStatus> statuses;

  StatusText(
      Collection<String> names, DependencyGraph graph, Function<String, ServiceStatus> statuses) {
    this.names = names;
    this.graph = graph;
    this.statuses = statuses;
  }

  /**
   * Returns a line for the service, one for each process, and the same for the services that block
   * it.
   */
  public String why(String service) {
    List<String> lines = new ArrayList<>();
    why(statuses.apply(service), "", lines, new HashSet<>());
    return String.join("\n", lines);
  }

  private void why(ServiceStatus status, String indent, List<String> lines, Set<String> visited) {
    lines.add(indent + status.name() + " is " + name(status.state()) + causeSuffix(status));
    if (!visited.add(status.name())) {
      return;
    }
    for (ProcessStatus process : status.processes()) {
      lines.add(indent + INDENT + process(process));
    }
    for (String other : status.blockedOn()) {
      why(statuses.apply(other), indent + INDENT, lines, visited);
    }
  }

  private static String causeSuffix(ServiceStatus status) {
    String it = status.blockedOn().isEmpty() ? ": " : ": it ";
    return status.cause().map(cause -> it + cause.detail()).orElse("");
  }

  private static String process(ProcessStatus process) {
    String text = process.name() + " is " + name(process.state());
    text += process.identity().map(identity -> " as process " + identity.pid()).orElse("");
    text += process.place().map(it -> " on " + it).orElse("");
    text += process.cause().map(cause -> ": " + cause.detail()).orElse("");
    text += process.nextRestart().map(time -> "; next try at " + time).orElse("");
    text += process.retries() == 0 ? "" : "; retries in a row: " + process.retries();
    text += process.awaits().map(it -> "; waits for " + it).orElse("");
    text += process.message().map(it -> "; it says: " + it).orElse("");
    text += process.health().map(it -> "; health: " + healthDetail(it)).orElse("");
    text += unenforcedLimits(process.limits());
    return process.paused() ? text + "; paused" : text;
  }

  private static String unenforcedLimits(LimitReport limits) {
    return limits.statuses().stream()
        .filter(it -> !it.isEnforced())
        .map(it -> "; limit " + it)
        .collect(Collectors.joining());
  }

  private static String name(ProcessState state) {
    return state.toString().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns a line for each service that no other requires, with the services that it requires
   * indented below it.
   */
  public String tree() {
    List<String> lines = new ArrayList<>();
    Set<String> visited = new HashSet<>();
    for (String service : names) {
      if (graph.dependents(service).isEmpty()) {
        tree(service, "", lines, visited);
      }
    }
    return String.join("\n", lines);
  }

  /** Adds a service and what it requires, which is listed only below its first occurrence. */
  private void tree(String service, String indent, List<String> lines, Set<String> visited) {
    lines.add(indent + service + " (" + name(statuses.apply(service).state()) + ")");
    if (!visited.add(service)) {
      return;
    }
    for (String required : new TreeSet<>(graph.dependenciesOf(service).requires())) {
      tree(required, indent + INDENT, lines, visited);
    }
  }

  /** Returns the result of the last health check. */
  static String healthDetail(HealthState state) {
    List<CheckRecord> history = state.history();
    if (history.isEmpty()) {
      return "not checked yet";
    }
    HealthResult last = history.get(history.size() - 1).result();
    String verdict = last.isHealthy() ? "healthy" : "unhealthy";
    return last.detail().isEmpty() ? verdict : last.detail();
  }
}
