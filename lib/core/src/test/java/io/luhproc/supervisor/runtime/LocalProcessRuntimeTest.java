package io.luhproc.supervisor.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.LuhprocException;
import io.luhproc.directory.ProcessRoot;
import io.luhproc.limits.LimitReport;
import io.luhproc.limits.ResourceLimits;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ServiceSpec;
import io.luhproc.spawn.Launcher;
import io.luhproc.supervisor.state.ProcessInstance;
import io.luhproc.time.TimeSource;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers of the runtime when the machine does not cooperate. */
class LocalProcessRuntimeTest {
  @TempDir private Path folder;

  @Test
  void limitsAreReportedUnenforcedWhenControlGroupsFail() throws Exception {
    ProcessRoot root = ProcessRoot.at(folder);
    CgroupProvider cgroups =
        new CgroupProvider(
            () -> {
              throw new LuhprocException("/nowhere is not a control group");
            },
            root);
    ServiceSpec spec =
        ServiceSpec.named("shop")
            .process(ProcessSpec.command("web", "true").limits(ResourceLimits.builder().pids(9)))
            .build();
    CompletableFuture<LimitReport> answer = new CompletableFuture<>();
    try (Launcher launcher = Launcher.withPathOf(System.getenv());
        LocalProcessRuntime runtime =
            LocalProcessRuntime.start(
                root, (delay, body) -> () -> {}, TimeSource.system(), launcher, cgroups)) {
      runtime.applyLimits(ProcessInstance.of(spec).get(0), answer::complete);
      LimitReport report = answer.get(20, TimeUnit.SECONDS);
      assertThat(report.statuses())
          .singleElement()
          .satisfies(it -> assertThat(it.reason()).contains("/nowhere is not a control group"));
    }
  }
}
