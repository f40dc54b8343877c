package io.luhproc.slurm;

import io.luhproc.contract.KilledQueue;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Tag("process")
class QueueCrashProcessTest {
  @RegisterExtension static final SlurmCluster CLUSTER = new SlurmCluster();

  @Test
  void killedQueueLosesAndDoublesNoJob(@TempDir Path folder) throws Exception {
    Map<String, String> environment = new HashMap<>(CLUSTER.environment());
    environment.put("LUHPROC_SLURM_DIR", CLUSTER.newRuns().toString());
    // A JVM that runs for more than a second would be killed at the cluster's default of 30 MiB.
    environment.put(SlurmSettings.OPTIONS, "--mem=500");
    KilledQueue queue = new KilledQueue(folder, environment, "slurm:", 5);
    queue.run(30, queue::ran);
  }
}
