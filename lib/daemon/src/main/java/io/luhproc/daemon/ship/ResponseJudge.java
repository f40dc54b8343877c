package io.luhproc.daemon.ship;

import io.luhproc.daemon.config.ShippingConfig;
import io.luhproc.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides what a response to a batch means, and reports failures: each kind once a minute. */
final class ResponseJudge {
  private static final Logger LOG = LoggerFactory.getLogger(ResponseJudge.class);
  private static final Duration REPORT_INTERVAL = Duration.ofMinutes(1);
  private static final int REQUEST_TIMEOUT = 408;
  private static final int CONTENT_TOO_LARGE = 413;
  private static final int TOO_MANY_REQUESTS = 429;
  // ExportLogsPartialSuccess of OTLP; the number is a string in the JSON form of protobuf.
  private static final Pattern REJECTED_RECORDS =
      Pattern.compile("\"rejectedLogRecords\"\\s*:\\s*\"?(\\d{1,9})");

  private final ShippingConfig config;
  private final TimeSource time;
  // Guarded by this, as is the next field.
  private String reported = "";
  private Instant reportedAt = Instant.MIN;

  ResponseJudge(ShippingConfig config, TimeSource time) {
    this.config = config;
    this.time = time;
  }

  /**
   * What follows a response.
   *
   * @param reason why it is no success
   * @param droppedEvents the number of events that are not sent again although they were refused
   * @param retryAfter the delay that the endpoint asks for
   */
  record Verdict(Kind kind, String reason, int droppedEvents, Optional<Duration> retryAfter) {
    /** What is done with a batch. */
    enum Kind {
      SHIPPED,
      DROPPED,
      /** It is sent again in two parts. */
      TOO_LARGE,
      /** It is sent again after a long time. */
      REFUSED,
      /** It is sent again after the backoff of the endpoint. */
      FAILED
    }
  }

  Verdict judge(Batch batch, Endpoint.@Nullable Response response, @Nullable Throwable failure) {
    int events = batch.events().size();
    Verdict verdict =
        response == null ? failed(failure) : judge(events, response, response.status());
    report(verdict);
    return verdict;
  }

  private Verdict judge(int events, Endpoint.Response response, int status) {
    String reason = "HTTP status " + status;
    if (status >= 200 && status < 300) {
      int rejected = Math.min(events, rejectedRecords(response));
      return verdict(Verdict.Kind.SHIPPED, rejected == 0 ? "" : "records were rejected", rejected);
    }
    if (status == CONTENT_TOO_LARGE && events > 1) {
      return verdict(Verdict.Kind.TOO_LARGE, reason, 0);
    }
    boolean transientStatus =
        status == REQUEST_TIMEOUT || status == TOO_MANY_REQUESTS || status >= 500;
    if (transientStatus) {
      Optional<Duration> retryAfter =
          response.retryAfter().flatMap(it -> RetryAfter.parse(it, time.now()));
      return new Verdict(Verdict.Kind.FAILED, reason, 0, retryAfter);
    }
    return config.rejected() == ShippingConfig.Rejected.DROP
        ? verdict(Verdict.Kind.DROPPED, reason, events)
        : verdict(Verdict.Kind.REFUSED, reason, 0);
  }

  private int rejectedRecords(Endpoint.Response response) {
    if (config.format() != ShippingConfig.Format.OTLP) {
      return 0;
    }
    Matcher matcher = REJECTED_RECORDS.matcher(response.body());
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
  }

  private static Verdict failed(@Nullable Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    String reason = cause instanceof TimeoutException ? "no response in time" : "" + cause;
    return verdict(Verdict.Kind.FAILED, reason, 0);
  }

  private static Verdict verdict(Verdict.Kind kind, String reason, int dropped) {
    return new Verdict(kind, reason, dropped, Optional.empty());
  }

  /** Reports a change, and the same again after a minute. */
  private synchronized void report(Verdict verdict) {
    String kind = verdict.kind() + verdict.reason();
    boolean first = !kind.equals(reported);
    if (!first && time.now().isBefore(reportedAt.plus(REPORT_INTERVAL))) {
      return;
    }
    boolean wasFailing = !reported.isEmpty() && !reported.equals(Verdict.Kind.SHIPPED.name());
    reported = kind;
    reportedAt = time.now();
    switch (verdict.kind()) {
      case SHIPPED -> {
        if (verdict.droppedEvents() > 0) {
          LOG.warn(
              "the endpoint ({}) rejected {} records for good", config, verdict.droppedEvents());
        } else if (wasFailing && first) {
          LOG.info("shipping to the endpoint ({}) works again", config);
        }
      }
      case DROPPED ->
          LOG.error(
              "the endpoint ({}) refuses logs: {}; {} lines are dropped (rejected = \"drop\")",
              config,
              verdict.reason(),
              verdict.droppedEvents());
      case REFUSED ->
          LOG.error(
              "the endpoint ({}) refuses logs: {}; trying again every minute; check url and headers"
                  + " of [shipping]",
              config,
              verdict.reason());
      case FAILED, TOO_LARGE ->
          LOG.warn("cannot ship logs ({}): {}; trying again", config, verdict.reason());
    }
  }
}
