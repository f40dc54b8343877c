package io.luhproc.supervisor;

import io.luhproc.health.HealthState;
import io.luhproc.limits.LimitReport;
import io.luhproc.process.ProcessIdentity;

/** Who is told what becomes of services, on the supervisor's thread. */
interface Observer {
  /** Something of it is to be shown, or to be decided, anew. */
  void touched(Unit unit);

  void changed(Unit unit, Slot slot, ProcessState from, ProcessState to, Cause cause);

  void launched(Unit unit, Slot slot, Living living);

  void adopted(Unit unit, Slot slot, Living living, String origin);

  void exited(Unit unit, Slot slot, ProcessIdentity who, Cause cause);

  /** A process is proved gone; how it ended is told by {@link #exited}, before or after. */
  void gone(ProcessIdentity who);

  void limitsChanged(Unit unit, Slot slot, LimitReport limits);

  void healthChanged(Unit unit, Slot slot, HealthState tally);
}
