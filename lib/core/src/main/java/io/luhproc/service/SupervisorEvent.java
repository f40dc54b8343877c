package io.luhproc.service;

import java.time.Instant;
import java.util.List;

/**
 * Something that happened to a supervisor, one of its services or one of their processes. Every
 * event says when and why; {@link ServiceEvent} and {@link ProcessEvent} say to whom.
 */
public sealed interface SupervisorEvent {

  /** Returns when it happened, by the wall clock. */
  Instant time();

  /** Returns why it happened, a sentence for people. */
  String reason();

  /** An event of one service. */
  sealed interface ServiceEvent extends SupervisorEvent {
    /** Returns the name of the service. */
    String service();
  }

  /** An event of one process of a service. */
  sealed interface ProcessEvent extends ServiceEvent {
    /** Returns the name of the process within its service. */
    String process();
  }

  /**
   * A service became known.
   *
   * @param time when
   * @param service its name
   * @param reason who brought it
   */
  record ServiceAdded(Instant time, String service, String reason) implements ServiceEvent {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException when the name is blank
     */
    public ServiceAdded {
      checkName("service", service);
    }
  }

  /**
   * A service is no longer known; nothing of it runs.
   *
   * @param time when
   * @param service its name
   * @param reason who removed it
   */
  record ServiceRemoved(Instant time, String service, String reason) implements ServiceEvent {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException when the name is blank
     */
    public ServiceRemoved {
      checkName("service", service);
    }
  }

  /**
   * A service has a new specification.
   *
   * @param time when
   * @param service its name
   * @param changed the processes that were added, removed or changed; the others run on untouched
   * @param reason who updated it
   */
  record ServiceUpdated(Instant time, String service, List<String> changed, String reason)
      implements ServiceEvent {
    /**
     * Checks the values and copies the list.
     *
     * @throws IllegalArgumentException when the name is blank
     */
    public ServiceUpdated {
      checkName("service", service);
      changed = List.copyOf(changed);
    }
  }

  /**
   * A process went from one state to another; {@link #reason()} is the cause's detail.
   *
   * @param time when
   * @param service the name of its service
   * @param process its name
   * @param from the state that it left
   * @param to the state that it is in
   * @param cause why
   */
  record ProcessChanged(
      Instant time, String service, String process, ProcessState from, ProcessState to, Cause cause)
      implements ProcessEvent {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException when a name is blank
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
   * @param time when
   * @param service the name of its service
   * @param process its name
   * @param pid its process id, above 1
   * @param reason why now: a call, a retry after what, a dependency that is there
   */
  record ProcessLaunched(Instant time, String service, String process, long pid, String reason)
      implements ProcessEvent {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException when a name is blank or the pid is no process of ours
     */
    public ProcessLaunched {
      checkName("service", service);
      checkName("process", process);
      checkPid(pid);
    }
  }

  /**
   * A process that a former supervisor launched was found running and is now this supervisor's.
   *
   * @param time when
   * @param service the name of its service
   * @param process its name
   * @param pid its process id, above 1
   * @param reason what became of the former supervisor, as far as is known
   */
  record ProcessAdopted(Instant time, String service, String process, long pid, String reason)
      implements ProcessEvent {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException when a name is blank or the pid is no process of ours
     */
    public ProcessAdopted {
      checkName("service", service);
      checkName("process", process);
      checkPid(pid);
    }
  }

  /**
   * A process ended, by itself or because it was stopped; {@link #reason()} is the cause's detail.
   *
   * @param time when
   * @param service the name of its service
   * @param process its name
   * @param pid the process id that it had, above 1
   * @param cause how it ended
   */
  record ProcessExited(Instant time, String service, String process, long pid, Cause cause)
      implements ProcessEvent {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException when a name is blank or the pid is no process of ours
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
   * A process became healthy or unhealthy; each probe that says the same again is no event.
   *
   * @param time when
   * @param service the name of its service
   * @param process its name
   * @param healthy whether it is healthy now
   * @param reason what the health check said
   */
  record HealthChanged(Instant time, String service, String process, boolean healthy, String reason)
      implements ProcessEvent {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException when a name is blank
     */
    public HealthChanged {
      checkName("service", service);
      checkName("process", process);
    }
  }

  /**
   * The kernel killed something of a process's tree because it needed more memory than it may have.
   * The process itself may live on; when it does not, its {@link ProcessExited} says so too.
   *
   * @param time when it was noticed
   * @param service the name of its service
   * @param process its name
   * @param reason which limit, and how often by now
   */
  record OutOfMemory(Instant time, String service, String process, String reason)
      implements ProcessEvent {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException when a name is blank
     */
    public OutOfMemory {
      checkName("service", service);
      checkName("process", process);
    }
  }

  /**
   * The limits of a process were changed while it ran.
   *
   * @param time when
   * @param service the name of its service
   * @param process its name
   * @param reason which limits are in force now, and by whose wish
   */
  record LimitsChanged(Instant time, String service, String process, String reason)
      implements ProcessEvent {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException when a name is blank
     */
    public LimitsChanged {
      checkName("service", service);
      checkName("process", process);
    }
  }

  /**
   * Stands where events are missing that this subscriber was too slow for: more than 1024 waited
   * for it. Only this subscriber lost them.
   *
   * @param time when the last of them happened
   * @param count how many are missing, at least 1
   */
  record EventsLost(Instant time, long count) implements SupervisorEvent {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException when the count is less than 1
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
   * The supervisor began to stop; its last events follow, then the stream is complete.
   *
   * @param time when
   * @param reason who asked for it
   */
  record SupervisorStopping(Instant time, String reason) implements SupervisorEvent {}

  private static void checkName(String what, String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException(what + " (" + name + ") must not be blank");
    }
  }

  private static void checkPid(long pid) {
    if (pid <= 1) {
      throw new IllegalArgumentException("pid (" + pid + ") must be above 1");
    }
  }
}
