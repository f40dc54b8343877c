package io.luhproc.slurm;

import io.luhproc.engine.WorkerStatus.Phase;
import java.util.Map;

/** The states of jobs, see "JOB STATE CODES" in squeue(1), as phases of workers. */
final class JobState {
  static final String PENDING = "PENDING";
  static final String CANCELLED = "CANCELLED";
  static final String FAILED = "FAILED";
  static final String BOOT_FAIL = "BOOT_FAIL";
  static final String NODE_FAIL = "NODE_FAIL";
  static final String OUT_OF_MEMORY = "OUT_OF_MEMORY";

  private static final Map<String, Phase> PHASES =
      Map.ofEntries(
          Map.entry(PENDING, Phase.STARTING),
          Map.entry("CONFIGURING", Phase.STARTING),
          Map.entry("REQUEUED", Phase.STARTING),
          Map.entry("REQUEUE_FED", Phase.STARTING),
          Map.entry("REQUEUE_HOLD", Phase.STARTING),
          Map.entry("RESV_DEL_HOLD", Phase.STARTING),
          Map.entry("SPECIAL_EXIT", Phase.STARTING),
          Map.entry("RUNNING", Phase.RUNNING),
          Map.entry("RESIZING", Phase.RUNNING),
          Map.entry("SIGNALING", Phase.RUNNING),
          Map.entry("STOPPED", Phase.RUNNING),
          Map.entry("SUSPENDED", Phase.RUNNING),
          Map.entry("COMPLETING", Phase.STOPPING),
          Map.entry("STAGE_OUT", Phase.STOPPING),
          Map.entry(BOOT_FAIL, Phase.ENDED),
          Map.entry(CANCELLED, Phase.ENDED),
          Map.entry("COMPLETED", Phase.ENDED),
          Map.entry("DEADLINE", Phase.ENDED),
          Map.entry(FAILED, Phase.ENDED),
          Map.entry(NODE_FAIL, Phase.ENDED),
          Map.entry(OUT_OF_MEMORY, Phase.ENDED),
          Map.entry("PREEMPTED", Phase.ENDED),
          Map.entry("REVOKED", Phase.ENDED),
          Map.entry("TIMEOUT", Phase.ENDED));

  private JobState() {}

  /** Returns the phase of a worker whose job is in a state; LOST if the state is not known here. */
  static Phase phase(String state) {
    return PHASES.getOrDefault(state, Phase.LOST);
  }
}
