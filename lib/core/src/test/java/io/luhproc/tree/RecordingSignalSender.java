package io.luhproc.tree;

import io.luhproc.process.ProcessStat;
import io.luhproc.process.Signal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Records signals and removes the processes that they kill from a {@link FakeProcessTable}. */
final class RecordingSignalSender implements SignalSender {
  final List<String> sent = new ArrayList<>();
  final Set<Long> ignoringTerm = new HashSet<>();
  final Set<Long> unkillable = new HashSet<>();
  private final FakeProcessTable table;
  private Consumer<ProcessStat> onTermination = process -> {};

  RecordingSignalSender(FakeProcessTable table) {
    this.table = table;
  }

  void onTermination(Consumer<ProcessStat> reaction) {
    onTermination = reaction;
  }

  @Override
  public void send(ProcessStat target, Signal signal) {
    sent.add(signal + " " + target.pid());
    boolean dies =
        signal == Signal.KILL || (signal == Signal.TERM && !ignoringTerm.contains(target.pid()));
    if (dies && !unkillable.contains(target.pid())) {
      onTermination.accept(target);
      table.exit(target.pid());
    }
  }

  @Override
  public boolean sendOrFail(ProcessStat target, Signal signal) {
    send(target, signal);
    return true;
  }

  @Override
  public void killGroup(long group) {
    sent.add("KILL -" + group);
    for (ProcessStat process : table.all()) {
      if (process.processGroupId() == group) {
        table.exit(process.pid());
      }
    }
  }

  @Override
  public void loadNative() {
    sent.add("load");
  }
}
