package io.luhproc.queue;

import io.luhproc.contract.KilledQueue;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("process")
class QueueCrashProcessTest {
  @Test
  void killedQueueLosesAndDoublesNoWorker(@TempDir Path folder) throws Exception {
    KilledQueue queue = new KilledQueue(folder, Map.of(), "local:", 5);
    queue.run(40, queue::ran);
  }
}
