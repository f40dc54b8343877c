package io.luhproc.supervisor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.process.ProcessIdentity;
import io.luhproc.service.ProcessRef;
import org.junit.jupiter.api.Test;

/** The lookup of processes by pid. */
class StatusStoreTest {
  private final StatusStore statuses = new StatusStore();

  @Test
  void lateExitDoesNotRemoveLaterProcessWithTheSamePid() {
    ProcessIdentity former = new ProcessIdentity(7, 1, "boot");
    ProcessIdentity later = new ProcessIdentity(7, 2, "boot");
    statuses.addPid(former, "shop", "web");
    statuses.addPid(later, "shop", "mail");
    statuses.removePid(former);
    assertThat(statuses.find(7)).contains(new ProcessRef("shop", "mail", later));
    statuses.removePid(later);
    assertThat(statuses.find(7)).isEmpty();
  }
}
