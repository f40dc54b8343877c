package io.luhproc.tree;

import io.luhproc.process.ProcessStat;
import java.util.List;
import java.util.Optional;

/** The live processes of this machine at one moment. One snapshot serves any number of trees. */
interface ProcessSnapshot {

  /** Returns the live process with a pid. */
  Optional<ProcessStat> find(long pid);

  /** Returns the markers of a process of this snapshot. */
  ProcessMarkers markers(ProcessStat process);

  /** Returns the processes whose environment marker is a path that ends with a name. */
  List<ProcessStat> withMarker(String directoryName);

  /** Returns the processes with a limit marker. */
  List<ProcessStat> withLimit(long limit);

  /** Returns the live children of a process. */
  List<ProcessStat> children(long pid);

  /** Returns the live processes in the session or process group with an id. */
  List<ProcessStat> inSessionOrGroup(long id);

  /**
   * Adds the processes that have started since.
   *
   * @return whether there are any, so that the members must be resolved again
   */
  boolean refresh();
}
