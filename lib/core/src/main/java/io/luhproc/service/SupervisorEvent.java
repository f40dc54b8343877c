package io.luhproc.service;

import io.luhproc.process.ProcessEnd;
import java.time.Instant;
import java.util.List;

/**
 * An event of a supervisor, of one of its services or of a process of a service.
 *
 * <p>Every event has a time and a reason; {@link ServiceEvent} and {@link ProcessEvent} also have
 * the names of the service and the process.
 *
 * @since 0.1
 */
public sealed interface SupervisorEvent {

  /** Returns the wall-clock time of the event. */
  Instant time();

  /** Returns why it happened, as text for people. */
  String reason();

  /** An event of a service. */
  sealed interface ServiceEvent extends SupervisorEvent {
    /** Returns the name of the service. */
    String service();
  }

  /** An event of a process of a service. */
  sealed interface ProcessEvent extends ServiceEvent {
    /** Returns the name of the process; with several replicas, the name of the replica. */
    String process();
  }

  /**
   * A service was added.
   *
   * @param time the time of the event
   * @param service the name of the service
   * @param reason why it was added
   */
  record ServiceAdded(Instant time, String service, String reason) implements ServiceEvent {
    /**
     * Creates an event.
     *
     * @throws IllegalArgumentException if the name is blank
     */
    public ServiceAdded {
      checkName("service", service);
    }
  }

  /**
   * A service was removed; none of its processes is running.
   *
   * @param time the time of the event
   * @param service the name of the service
   * @param reason why it was removed
   */
  record ServiceRemoved(Instant time, String service, String reason) implements ServiceEvent {
    /**
     * Creates an event.
     *
     * @throws IllegalArgumentException if the name is blank
     */
    public ServiceRemoved {
      checkName("service", service);
    }
  }

  /**
   * The specification of a service was updated.
   *
   * @param time the time of the event
   * @param service the name of the service
   * @param changed the processes that were added, removed or changed; others are not affected
   * @param reason why it was updated
   */
  record ServiceUpdated(Instant time, String service, List<String> changed, String reason)
      implements ServiceEvent {
    /**
     * Creates an event.
     *
     * @throws IllegalArgumentException if the name is blank
     */
    public ServiceUpdated {
      checkName("service", service);
      changed = List.copyOf(changed);
    }
  }

  /**
   * A process changed its state; {@link #reason()} is the detail of the cause.
   *
   * @param time the time of the event
   * @param service the name of the service
   * @param process the name of the process
   * @param from the former state
   * @param to the new state
   * @param cause why it changed
   */
  record ProcessChanged(
      Instant time, String service, String process, ProcessState from, ProcessState to, Cause cause)
      implements ProcessEvent {
    /**
     * Creates an event.
     *
     * @throws IllegalArgumentException if a name is blank
     */
    public ProcessChanged {
      checkName("service", service);
      checkName("process", process);
    }

    @Override
    public String reason() {
      return cause.detail();
    }
  }

  /**
   * A process was launched.
   *
   * @param time the time of the event
   * @param service the name of the service
   * @param process the name of the process
   * @param pid the process id, above 1; 0 if an engine runs the process
   * @param reason why: a call, a restart after a failure, or a dependency that came up
   */
  record ProcessLaunched(Instant time, String service, String process, long pid, String reason)
      implements ProcessEvent {
    /**
     * Creates an event.
     *
     * @throws IllegalArgumentException if a name is blank or the pid is invalid
     */
    public ProcessLaunched {
      checkName("service", service);
      checkName("process", process);
      checkPid(pid);
    }
  }

  /**
   * A running process of an earlier supervisor was adopted.
   *
   * @param time the time of the event
   * @param service the name of the service
   * @param process the name of the process
   * @param pid the process id, above 1; 0 if an engine runs the process
   * @param reason the origin of the process, and whether it runs another command than its spec
   */
  record ProcessAdopted(Instant time, String service, String process, long pid, String reason)
      implements ProcessEvent {
    /**
     * Creates an event.
     *
     * @throws IllegalArgumentException if a name is blank or the pid is invalid
     */
    public ProcessAdopted {
      checkName("service", service);
      checkName("process", process);
      checkPid(pid);
    }
  }

  /**
   * A process exited on its own or was stopped; {@link #reason()} is the detail of the cause.
   *
   * @param time the time of the event
   * @param service the name of the service
   * @param process the name of the process
   * @param pid the process id, above 1; 0 if an engine runs the process
   * @param cause why it exited
   * @param end its exit code, the signal that killed it, and the time, as far as they are known
   */
  record ProcessExited(
      Instant time, String service, String process, long pid, Cause cause, ProcessEnd end)
      implements ProcessEvent {
    /**
     * Creates an event.
     *
     * @throws IllegalArgumentException if a name is blank or the pid is invalid
     */
    public ProcessExited {
      checkName("service", service);
      checkName("process", process);
      checkPid(pid);
    }

    @Override
    public String reason() {
      return cause.detail();
    }
  }

  /**
   * A process became healthy or unhealthy. Checks that confirm the current health cause no event.
   *
   * @param time the time of the event
   * @param service the name of the service
   * @param process the name of the process
   * @param healthy whether the process is healthy now
   * @param reason the result of the last check
   */
  record HealthChanged(Instant time, String service, String process, boolean healthy, String reason)
      implements ProcessEvent {
    /**
     * Creates an event.
     *
     * @throws IllegalArgumentException if a name is blank
     */
    public HealthChanged {
      checkName("service", service);
      checkName("process", process);
    }
  }

  /**
   * The kernel killed a process of a tree because the tree exceeded its memory limit. If the
   * supervised process itself was killed, a {@link ProcessExited} follows.
   *
   * @param time when it was detected
   * @param service the name of the service
   * @param process the name of the process
   * @param reason the detail of the cause of the exit
   */
  record OutOfMemory(Instant time, String service, String process, String reason)
      implements ProcessEvent {
    /**
     * Creates an event.
     *
     * @throws IllegalArgumentException if a name is blank
     */
    public OutOfMemory {
      checkName("service", service);
      checkName("process", process);
    }
  }

  /**
   * The limits of a running process were changed.
   *
   * @param time the time of the event
   * @param service the name of the service
   * @param process the name of the process
   * @param reason which limits are enforced now, and why they were changed
   */
  record LimitsChanged(Instant time, String service, String process, String reason)
      implements ProcessEvent {
    /**
     * Creates an event.
     *
     * @throws IllegalArgumentException if a name is blank
     */
    public LimitsChanged {
      checkName("service", service);
      checkName("process", process);
    }
  }

  /**
   * A slow subscriber lost events: its buffer of 1024 events was full, so the oldest were dropped.
   * This event takes their place. Other subscribers are not affected.
   *
   * @param time the time of the last dropped event
   * @param count the number of dropped events, at least 1
   */
  record EventsLost(Instant time, long count) implements SupervisorEvent {
    /**
     * Creates an event.
     *
     * @throws IllegalArgumentException if the count is less than 1
     */
    public EventsLost {
      if (count < 1) {
        throw new IllegalArgumentException("count (" + count + ") must be at least 1");
      }
    }

    @Override
    public String reason() {
      return "the subscriber was too slow";
    }
  }

  /**
   * The supervisor begins to stop. Its last events follow, then the stream completes.
   *
   * @param time the time of the event
   * @param reason why it stops
   */
  record SupervisorStopping(Instant time, String reason) implements SupervisorEvent {}

  private static void checkName(String component, String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException(component + " (" + name + ") must not be blank");
    }
  }

  private static void checkPid(long pid) {
    if (pid <= 1 && pid != 0) {
      throw new IllegalArgumentException("pid (" + pid + ") must be above 1");
    }
  }
}
