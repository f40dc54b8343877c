package io.luhproc.service;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Specification of a service: processes that are started and stopped together. Created by {@link
 * #named}.
 *
 * @param name the name, unique in its supervisor: 1 to 64 letters, digits and {@code - _ . @}
 * @param directory the working directory of the processes; default: the working directory of the
 *     supervisor
 * @param environment variables for all processes
 * @param processes the processes in start order, at least one
 * @param dependencies the services that this one depends on or conflicts with
 * @param strategy which processes are restarted when one of them ends; default {@link
 *     RestartStrategy#ONE_FOR_ONE}
 * @param intensity the number of restarts after which the service fails; default unlimited
 * @param autostart whether {@code Supervisor.startAll} starts the service; default true
 * @since 0.1
 */
public record ServiceSpec(
    String name,
    Optional<Path> directory,
    Map<String, String> environment,
    List<ProcessSpec> processes,
    Dependencies dependencies,
    RestartStrategy strategy,
    RestartIntensity intensity,
    boolean autostart) {

  /**
   * Creates a specification.
   *
   * @throws IllegalArgumentException if the name or a variable is invalid, there is no process, or
   *     two processes or replicas have the same name
   */
  public ServiceSpec {
    NameValidator.requireValid("service name", name);
    environment = Map.copyOf(environment);
    environment.forEach(ExecContext::checkVariable);
    processes = List.copyOf(processes);
    if (processes.isEmpty()) {
      throw new IllegalArgumentException("service (" + name + ") must have a process");
    }
    checkInstanceNames(name, processes);
  }

  private static void checkInstanceNames(String name, List<ProcessSpec> processes) {
    Set<String> seen = new HashSet<>();
    for (ProcessSpec process : processes) {
      for (String instance : process.instanceNames()) {
        if (!seen.add(instance)) {
          throw new IllegalArgumentException(
              "service (" + name + ") must not have two processes named " + instance);
        }
      }
    }
  }

  /**
   * Returns a builder for a service.
   *
   * @param name the name of the service
   */
  public static Builder named(String name) {
    return new Builder(name);
  }

  /** Builds a {@link ServiceSpec}. Not thread-safe. */
  public static final class Builder {
    private final String name;
    private Optional<Path> directory = Optional.empty();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final List<ProcessSpec> processes = new ArrayList<>();
    private final Set<String> after = new LinkedHashSet<>();
    private final Set<String> requires = new LinkedHashSet<>();
    private final Set<String> wants = new LinkedHashSet<>();
    private final Set<String> conflicts = new LinkedHashSet<>();
    private RestartStrategy strategy = RestartStrategy.ONE_FOR_ONE;
    private RestartIntensity intensity = RestartIntensity.unlimited();
    private boolean autostart = true;

    private Builder(String name) {
      this.name = name;
    }

    /**
     * Sets the working directory of the processes; default: the working directory of the
     * supervisor.
     */
    public Builder directory(Path path) {
      directory = Optional.of(path);
      return this;
    }

    /** Adds an environment variable for all processes; a process can override it. */
    public Builder env(String variable, String value) {
      environment.put(variable, value);
      return this;
    }

    /** Adds a process. Processes are started in the order in which they are added. */
    public Builder process(ProcessSpec process) {
      processes.add(process);
      return this;
    }

    /** Adds a process. Processes are started in the order in which they are added. */
    public Builder process(ProcessSpec.Builder process) {
      return process(process.build());
    }

    /** Starts this service after others, if these are started too; see {@link Dependencies}. */
    public Builder after(String... services) {
      after.addAll(List.of(services));
      return this;
    }

    /**
     * Starts others before this service and waits until they are up: running and healthy, one-shot
     * processes exited with success.
     */
    public Builder requires(String... services) {
      requires.addAll(List.of(services));
      return this;
    }

    /** Starts others with this service, without waiting for them. */
    public Builder wants(String... services) {
      wants.addAll(List.of(services));
      return this;
    }

    /** Stops others when this service starts, and this service when one of them starts. */
    public Builder conflicts(String... services) {
      conflicts.addAll(List.of(services));
      return this;
    }

    /** Sets which processes are restarted when one of them ends; default only that one. */
    public Builder strategy(RestartStrategy value) {
      strategy = value;
      return this;
    }

    /**
     * Sets the number of restarts within a period after which the service fails; default unlimited.
     *
     * @param maxRestarts the maximum number of restarts of its processes together, at least 1
     * @param period the length of the sliding window, 1 ms to 365 days
     * @throws IllegalArgumentException if a value is out of range
     */
    public Builder intensity(int maxRestarts, Duration period) {
      intensity = new RestartIntensity(maxRestarts, period);
      return this;
    }

    /** Sets whether {@code Supervisor.startAll} starts this service; default true. */
    public Builder autostart(boolean value) {
      autostart = value;
      return this;
    }

    /**
     * Returns the specification.
     *
     * @throws IllegalArgumentException if the name or a value is invalid; see {@link ServiceSpec}
     */
    public ServiceSpec build() {
      return new ServiceSpec(
          name,
          directory,
          environment,
          processes,
          new Dependencies(after, requires, wants, conflicts),
          strategy,
          intensity,
          autostart);
    }
  }
}
