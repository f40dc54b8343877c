package io.luhproc.supervisor.engine;

import io.luhproc.health.HealthState;
import io.luhproc.limits.LimitReport;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.service.Cause;
import io.luhproc.service.ProcessState;
import io.luhproc.supervisor.state.RunningProcess;

/** Who is told what becomes of services, on the supervisor's thread. */
interface ServiceListener {
  /** Something of it is to be shown, or to be decided, anew. */
  void markDirty(ManagedService service);

  void stateChanged(
      ManagedService service,
      ManagedProcess process,
      ProcessState from,
      ProcessState to,
      Cause cause);

  void launched(ManagedService service, ManagedProcess process, RunningProcess running);

  void adopted(
      ManagedService service, ManagedProcess process, RunningProcess running, String origin);

  void exited(
      ManagedService service, ManagedProcess process, ProcessIdentity identity, Cause cause);

  /** A process is proved gone; how it ended is told by {@link #exited}, before or after. */
  void terminated(ProcessIdentity identity);

  void limitsChanged(ManagedService service, ManagedProcess process, LimitReport limits);

  void healthChanged(ManagedService service, ManagedProcess process, HealthState tally);
}
