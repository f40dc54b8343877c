package io.luhproc.supervisor;

import static io.luhproc.supervisor.VirtualSupervisor.fails;
import static io.luhproc.supervisor.VirtualSupervisor.process;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.process.Signal;
import io.luhproc.service.ServiceSpec;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who asks for a reload is told when it has been done, and when it could not be. */
class ReloadTest {
  private final VirtualSupervisor it = new VirtualSupervisor();

  @BeforeEach
  void run() {
    it.add(
            ServiceSpec.named("shop")
                .process(process("web").reload(Signal.HUP))
                .process(process("mail").reload(Signal.USR1))
                .process(process("queue")))
        .running("shop");
  }

  private CompletableFuture<ServiceStatus> reload() {
    return it.wishes().reload(Target.of("shop"));
  }

  @Test
  void itIsOverWhenAllSignalsAreSentAndAllRun() {
    CompletableFuture<ServiceStatus> reloaded = reload();
    assertThat(reloaded).isNotDone();
    it.aSecond();
    assertThat(reloaded).isCompleted();
    assertThat(it.world().done()).contains("HUP shop/web", "USR1 shop/mail", "launch shop/queue");
  }

  @Test
  void ofSignalsAloneNoneMayBeMissing() {
    CompletableFuture<ServiceStatus> reloaded = it.wishes().reload(Target.of("shop", "web"));
    assertThat(reloaded).isNotDone();
    it.oneAnswer();
    assertThat(reloaded).isCompleted();
  }

  @Test
  void aSignalThatCannotBeSentFailsItWithTheReason() {
    it.world().cannotBeSignalled("shop/web", "web: it has just ended");
    it.world().cannotBeSignalled("shop/mail", "mail: it is somebody else's");
    CompletableFuture<ServiceStatus> reloaded = reload();
    it.aSecond();
    fails(reloaded, "shop: ", "web: it has just ended", "mail: it is somebody else's");
    it.is("shop", ProcessState.RUNNING);
  }

  @Test
  void aRestartThatFailsFailsItToo() {
    it.world().failsToLaunch("shop/queue", "no such file");
    CompletableFuture<ServiceStatus> reloaded = reload();
    it.aSecond();
    fails(reloaded, "queue did not start", "no such file");
  }

  @Test
  void anEndMeanwhileFailsItThoughItIsStartedAgain() {
    it.world().cannotBeSignalled("shop/web", "web: it has just ended");
    CompletableFuture<ServiceStatus> reloaded = it.wishes().reload(Target.of("shop", "web"));
    assertThat(it.world().dies("shop/web", 1)).isTrue();
    it.aSecond();
    fails(reloaded, "shop: web: it has just ended");
  }
}
