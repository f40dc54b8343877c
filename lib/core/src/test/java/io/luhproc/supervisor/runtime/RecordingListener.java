package io.luhproc.supervisor.runtime;

import io.luhproc.process.ProcessEnd;
import io.luhproc.service.Cause;
import io.luhproc.supervisor.state.RunningProcess;
import java.util.List;

/** Notes what is reported of a launch. */
final class RecordingListener implements LaunchListener {
  private final List<String> reports;

  RecordingListener(List<String> reports) {
    this.reports = reports;
  }

  @Override
  public void launched(RunningProcess running) {
    reports.add("launched");
  }

  @Override
  public void located(String text) {
    reports.add(text);
  }

  @Override
  public void launchFailed(String reason, boolean retriable) {
    reports.add("failed: " + reason);
  }

  @Override
  public void ready() {
    reports.add("ready");
  }

  @Override
  public void notified(Notice notice) {
    reports.add("notified");
  }

  @Override
  public void exited(Cause cause, ProcessEnd end) {
    reports.add("exited: " + cause.detail());
  }

  @Override
  public void treeTerminated(boolean found) {
    reports.add("terminated");
  }

  @Override
  public void treeUnkillable(String survivors) {
    reports.add("unkillable: " + survivors);
  }
}
