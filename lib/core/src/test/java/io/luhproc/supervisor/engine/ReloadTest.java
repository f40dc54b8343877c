package io.luhproc.supervisor.engine;

import static io.luhproc.supervisor.engine.VirtualSupervisor.assertFailed;
import static io.luhproc.supervisor.engine.VirtualSupervisor.process;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.process.Signal;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A reload completes when all processes are signalled or restarted, or fails. */
class ReloadTest {
  private final VirtualSupervisor supervisor = new VirtualSupervisor();

  @BeforeEach
  void run() {
    supervisor
        .add(
            ServiceSpec.named("shop")
                .process(process("web").reload(Signal.HUP))
                .process(process("mail").reload(Signal.USR1))
                .process(process("queue")))
        .startAndAwait("shop");
  }

  private CompletableFuture<ServiceStatus> reload() {
    return supervisor.operations().reload(ProcessSelector.of("shop"));
  }

  @Test
  void reloadCompletesWhenAllAreSignalledAndRunning() {
    CompletableFuture<ServiceStatus> reloaded = reload();
    assertThat(reloaded).isNotDone();
    supervisor.advanceOneSecond();
    assertThat(reloaded).isCompleted();
    assertThat(supervisor.runtime().takeCalls())
        .contains("HUP shop/web", "USR1 shop/mail", "launch shop/queue");
  }

  @Test
  void reloadBySignalWaitsForEverySignal() {
    CompletableFuture<ServiceStatus> reloaded =
        supervisor.operations().reload(ProcessSelector.of("shop", "web"));
    assertThat(reloaded).isNotDone();
    supervisor.advanceOneReply();
    assertThat(reloaded).isCompleted();
  }

  @Test
  void reloadFailsWhenSignalCannotBeSent() {
    supervisor.runtime().failSignal("shop/web", "web: it has just ended");
    supervisor.runtime().failSignal("shop/mail", "mail: it belongs to another user");
    CompletableFuture<ServiceStatus> reloaded = reload();
    supervisor.advanceOneSecond();
    assertFailed(reloaded, "shop: ", "web: it has just ended", "mail: it belongs to another user");
    supervisor.assertState("shop", ProcessState.RUNNING);
  }

  @Test
  void reloadFailsWhenRestartFails() {
    supervisor.runtime().failLaunches("shop/queue", "no such file");
    CompletableFuture<ServiceStatus> reloaded = reload();
    supervisor.advanceOneSecond();
    assertFailed(reloaded, "queue did not start", "no such file");
  }

  @Test
  void reloadFailsWhenProcessExitsMeanwhile() {
    supervisor.runtime().failSignal("shop/web", "web: it has just ended");
    CompletableFuture<ServiceStatus> reloaded =
        supervisor.operations().reload(ProcessSelector.of("shop", "web"));
    assertThat(supervisor.runtime().exit("shop/web", 1)).isTrue();
    supervisor.advanceOneSecond();
    assertFailed(reloaded, "shop: web: it has just ended");
  }

  @Test
  void reloadDoesNotStartStoppedProcessWithReloadSignal() {
    assertThat(supervisor.stop("shop", "web")).isNotDone();
    supervisor.advanceOneSecond().runtime().takeCalls();
    CompletableFuture<ServiceStatus> reloaded =
        supervisor.operations().reload(ProcessSelector.of("shop", "web"));
    supervisor.advanceOneSecond().assertCalls();
    assertFailed(reloaded, "shop: web does not live; start it first");
  }
}
