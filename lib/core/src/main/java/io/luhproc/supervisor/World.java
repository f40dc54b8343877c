package io.luhproc.supervisor;

import io.luhproc.health.CheckRecord;
import io.luhproc.limits.LimitReport;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.Signal;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * What the supervisor's thread asks of the system. Nothing here blocks or throws: the work is done
 * elsewhere, in the order in which it was asked for of one process, and answered through {@link
 * Reports} or the given consumer.
 */
interface World extends AutoCloseable {

  /** Returns the lane of the process of a directory. */
  Executor lane(Path directory);

  /**
   * Returns what a former supervisor left of processes. Alone of all here it reads the disk at
   * once, on the thread of whoever adds them.
   *
   * @return in the order of the places
   * @throws io.luhproc.LuhprocException when one of the directories is not safe to use, or cannot
   *     be read
   */
  List<Found> find(List<Place> places);

  /** Launches a process; answers launched or launchFailed, and exited after launched. */
  void launch(Place place, Reports reports);

  /**
   * Gives up a launch that has not been answered yet, as far as that can still be done; it is
   * answered as ever.
   */
  void abort(Place place, boolean killAtOnce);

  /** Watches over a process that a former supervisor launched; answers exited. */
  void adopt(Place place, Living living, Reports reports);

  /** Ends a process and its tree; answers treeGone or treeStuck. */
  void stop(Place place, Optional<ProcessIdentity> root, boolean killAtOnce, Reports reports);

  /** Ends what is left of the tree of a process that ended; answers treeGone or treeStuck. */
  void sweep(Place place, Optional<ProcessIdentity> root, Reports reports);

  /** Records that a process is wanted up or down, for the supervisor after this one. */
  void recordWant(Place place, boolean up);

  /** Records why a process does not run, for those who look into its directory. */
  void recordEnd(Place place, Cause cause, OptionalInt exitCode);

  /** Begins health checks, whose results are told on the supervisor's thread until it is closed. */
  AutoCloseable beginHealth(Place place, Living living, Consumer<CheckRecord> results);

  /** Begins to watch the memory of a process; tells once, when there is too much. */
  AutoCloseable watchMemory(Place place, Living living, Consumer<String> exceeded);

  /** Sends a signal to the process; the consumer gets a reason when it cannot, else "". */
  void signal(Place place, Living living, Signal signal, Consumer<String> answer);

  /** Freezes or thaws the tree of a process; the consumer gets a reason when it cannot, else "". */
  void pause(Place place, Living living, boolean frozen, Consumer<String> answer);

  /** Changes the limits of a living process to those of its spec. */
  void applyLimits(Place place, Living living, Consumer<LimitReport> answer);

  /** Gives up the control group of a process that is gone and not to be started again. */
  void vacate(Place place);

  /** Removes the directory of a process that is gone; answers as {@link #pause} does. */
  void delete(Place place, Consumer<String> answer);

  @Override
  void close();
}
