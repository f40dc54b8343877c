package io.luhproc.kubernetes;

import io.luhproc.contract.Behavior;
import io.luhproc.contract.WorkerEngineContract;
import io.luhproc.engine.WorkerEngine;
import io.luhproc.engine.WorkerKey;
import io.luhproc.engine.WorkerSpec;
import io.luhproc.kubernetes.stub.Fault;
import io.luhproc.kubernetes.stub.StubPod;
import io.luhproc.kubernetes.stub.StubProcess;
import io.luhproc.testing.LeakCheck;
import io.luhproc.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The contract, on a stub. */
@ExtendWith(LeakCheck.class)
class KubernetesContractTest extends WorkerEngineContract {
  private static final String BEHAVIOR = "BEHAVIOR";
  private static final int LINES = 200;

  @TempDir private Path home;
  private EngineFixture fixture;

  @BeforeEach
  void startServer() throws Exception {
    fixture = new EngineFixture(home, TimeSource.system());
    fixture.server.setProcess(new BehavingProcess());
  }

  @AfterEach
  void stopServer() {
    fixture.close();
  }

  @Override
  protected WorkerEngine open(String app) {
    return fixture.open(app);
  }

  @Override
  protected WorkerSpec spec(WorkerKey key, String token, Behavior behavior) {
    return new WorkerSpec(
        key,
        token,
        List.of("java", "App"),
        Map.of(BEHAVIOR, behavior.name()),
        Map.of(),
        Path.of("/"),
        Duration.ofSeconds(5),
        Optional.empty());
  }

  @Override
  protected void stopAnswering() {
    fixture.server.fail("", Fault.CLOSE, Integer.MAX_VALUE);
    fixture.server.breakStreams();
  }

  @Override
  protected void answerAgain() {
    fixture.server.recover();
  }

  /** Behaves as a variable of the Pod asks. */
  private static final class BehavingProcess implements StubProcess {
    @Override
    public void onCreated(StubPod pod) {
      Behavior behavior = Behavior.valueOf(pod.variable(BEHAVIOR));
      switch (behavior) {
        case NEVER_PLACED -> pod.setUnschedulable("0/1 nodes are available: 1 Insufficient cpu.");
        case PROGRAM_MISSING -> pod.setWaiting("ErrImagePull", "not found");
        default -> {
          pod.run();
          run(pod, behavior);
        }
      }
    }

    private static void run(StubPod pod, Behavior behavior) {
      switch (behavior) {
        case RUN, SAY_GOODBYE -> pod.log(StubProcess.stamp(0), "running");
        case EXIT_0 -> pod.exit(0);
        case EXIT_7 -> pod.exit(7);
        case KILL_ITSELF -> pod.kill();
        case RUN_OUT_OF_MEMORY -> pod.killForMemory();
        case WRITE_LINES -> {
          for (int i = 1; i <= LINES; i++) {
            // Two lines can have one stamp.
            pod.log(StubProcess.stamp(i / 2), "out " + i);
          }
          pod.log(StubProcess.stamp(LINES), "err 1");
          pod.exit(0);
        }
        case NEVER_PLACED, PROGRAM_MISSING -> throw new IllegalStateException("never runs");
      }
    }

    @Override
    public void onStop(StubPod pod) {
      if (pod.variable(BEHAVIOR).equals(Behavior.SAY_GOODBYE.name())) {
        pod.log(StubProcess.stamp(1), "last words");
        pod.exit(0);
      } else {
        pod.exit(143);
      }
    }
  }
}
