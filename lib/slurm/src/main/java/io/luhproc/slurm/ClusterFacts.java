package io.luhproc.slurm;

import java.util.HashMap;
import java.util.Map;

/**
 * What does not change while a cluster runs.
 *
 * @param name the name of the cluster
 * @param signalsDescendants whether Slurm sends SIGTERM to all processes of a job, rather than only
 *     to its script, when it cancels the job or its time is over
 * @param hasAccounting whether sacct can be asked
 */
record ClusterFacts(String name, boolean signalsDescendants, boolean hasAccounting) {

  /** Reads the output of {@code scontrol show config}. */
  static ClusterFacts parse(String config) {
    Map<String, String> values = new HashMap<>();
    for (String line : config.split("\n", -1)) {
      String[] parts = line.split("=", 2);
      if (parts.length == 2) {
        values.put(parts[0].strip(), parts[1].strip());
      }
    }
    // proctrack/cgroup signals the children of slurmstepd only (proctrack_p_signal in
    // proctrack_cgroup.c); the others signal the process group, or the process tree.
    return new ClusterFacts(
        values.getOrDefault("ClusterName", ""),
        !values.getOrDefault("ProctrackType", "").equals("proctrack/cgroup"),
        values.getOrDefault("AccountingStorageType", "").endsWith("slurmdbd"));
  }
}
