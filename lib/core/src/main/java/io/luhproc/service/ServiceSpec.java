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
 * A service: one or more processes that are started and stopped together. Made by {@link #named}.
 *
 * @param name its name, once in its supervisor: 1 to 64 letters, digits and {@code - _ . @}
 * @param directory the working directory of its processes; the supervisor's where there is none
 * @param environment variables of all its processes
 * @param processes its processes, in the order in which they are started; at least one
 * @param dependencies the services that it depends on
 * @param strategy whom a restart concerns
 * @param intensity how many restarts it bears
 * @param autostart whether {@code startAll} starts it; default true
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
   * Checks the values.
   *
   * @throws IllegalArgumentException when the name breaks its rule, there is no process, or two
   *     have one name
   */
  public ServiceSpec {
    NameValidator.requireValid("name of a service", name);
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
              "service (" + name + ") must have the process " + instance + " once only");
        }
      }
    }
  }

  /** Returns a service without processes, which are to be added. */
  public static Builder named(String name) {
    return new Builder(name);
  }

  /** Collects what a service is to be. */
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

    /** Sets the working directory of its processes; default: the supervisor's own. */
    public Builder directory(Path path) {
      directory = Optional.of(path);
      return this;
    }

    /** Adds a variable to the environment of all its processes. */
    public Builder env(String variable, String value) {
      environment.put(variable, value);
      return this;
    }

    /** Adds a process. */
    public Builder process(ProcessSpec process) {
      processes.add(process);
      return this;
    }

    /** Adds a process. */
    public Builder process(ProcessSpec.Builder process) {
      return process(process.build());
    }

    /** Starts it after others, where these are started too. */
    public Builder after(String... services) {
      after.addAll(List.of(services));
      return this;
    }

    /** Starts others with it and waits until they run and are healthy, or exited with success. */
    public Builder requires(String... services) {
      requires.addAll(List.of(services));
      return this;
    }

    /** Starts others with it and does not wait for them. */
    public Builder wants(String... services) {
      wants.addAll(List.of(services));
      return this;
    }

    /** Never runs at the same time as others. */
    public Builder conflicts(String... services) {
      conflicts.addAll(List.of(services));
      return this;
    }

    /** Sets whom a restart concerns; default: only the process that died. */
    public Builder strategy(RestartStrategy value) {
      strategy = value;
      return this;
    }

    /** Sets how many restarts in how long it bears; default: no limit. */
    public Builder intensity(int maxRestarts, Duration period) {
      intensity = new RestartIntensity(maxRestarts, period);
      return this;
    }

    /** Sets whether {@code startAll} starts it; default true. */
    public Builder autostart(boolean value) {
      autostart = value;
      return this;
    }

    /**
     * Returns the service.
     *
     * @throws IllegalArgumentException when its name or one of its values is out of its range
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
