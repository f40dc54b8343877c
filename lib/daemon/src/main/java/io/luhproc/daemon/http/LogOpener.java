package io.luhproc.daemon.http;

import io.luhproc.log.LogFollower;
import io.luhproc.log.LogPosition;
import io.luhproc.log.LogStream;
import io.luhproc.log.ProcessLog;
import io.luhproc.log.SharedTailers;
import io.luhproc.service.ProcessStatus;
import io.luhproc.service.ServiceStatus;
import io.luhproc.supervisor.Supervisor;
import io.luhproc.time.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Opens the logs that a request asks for. Thread-safe. */
final class LogOpener implements AutoCloseable {
  private final Supervisor supervisor;
  private final SharedTailers tailers = new SharedTailers();

  LogOpener(Supervisor supervisor) {
    this.supervisor = supervisor;
  }

  Answer stream(ApiRequest request) {
    StreamFormat format = request.streamFormat();
    return new StreamReply(
        format, signal -> open(request.path(), format, request.lastEventId(), signal));
  }

  /**
   * Opens the logs of a service or of one of its processes.
   *
   * @param path the path and the parameters of the request
   * @param lastEventId the id of the last event that the client has
   * @param signal called when there may be new lines
   * @throws io.luhproc.service.NoSuchServiceException if there is no such service or process
   * @throws IllegalArgumentException if a parameter is invalid
   */
  private MessageSource open(
      RequestPath path, StreamFormat format, Optional<String> lastEventId, Runnable signal) {
    ServiceStatus service = supervisor.status(path.segment(1));
    List<ProcessStatus> processes =
        path.parameter("process")
            .map(it -> List.of(service.process(it)))
            .orElseGet(service::processes);
    LogQuery query = LogQuery.parse(path, format, TimeSource.system().now());
    Map<String, LogPosition> resumed = lastEventId.map(LogEventId::parse).orElseGet(Map::of);
    List<LogMessages.Source> sources = new ArrayList<>();
    LogFormatter formatter =
        new LogFormatter(format, query.timestamps(), service.processes().size() > 1);
    LogMessages messages = new LogMessages(sources, formatter);
    try {
      for (ProcessStatus process : processes) {
        ProcessLog log = query.select(supervisor.output(service.name(), process.name()));
        Optional<LogPosition> position = Optional.ofNullable(resumed.get(process.name()));
        sources.add(
            query.follow()
                ? follow(process.name(), log, query, position, signal)
                : read(process.name(), log, query));
      }
      return messages;
    } catch (RuntimeException e) {
      messages.close();
      throw e;
    }
  }

  private static LogMessages.Source read(String process, ProcessLog log, LogQuery query) {
    ProcessLog untilNow = log.upTo(log.endPosition());
    LogPosition start = query.start(untilNow);
    return new LogMessages.Source(process, LogMessages.Lines.of(untilNow, start), start);
  }

  private LogMessages.Source follow(
      String process,
      ProcessLog log,
      LogQuery query,
      Optional<LogPosition> resumed,
      Runnable signal) {
    LogFollower follower =
        tailers.follow(
            log,
            untilNow ->
                resumed.map(it -> withinLog(it, log)).orElseGet(() -> query.start(untilNow)),
            signal);
    return new LogMessages.Source(process, LogMessages.Lines.of(follower), follower.position());
  }

  /** A stream that is shorter than the position was deleted and created anew. */
  private static LogPosition withinLog(LogPosition position, ProcessLog log) {
    LogPosition end = log.endPosition();
    LogPosition within = position;
    for (LogStream stream : LogStream.values()) {
      if (position.of(stream) > end.of(stream)) {
        within = within.with(stream, 0);
      }
    }
    return within;
  }

  @Override
  public void close() {
    tailers.close();
  }
}
