package io.luhproc.daemon.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where and how the logs of the services are shipped.
 *
 * @param url the endpoint, http or https
 * @param format the format of a request
 * @param headers HTTP headers of each request, often with credentials
 * @param batchLines maximum number of lines, or of events with {@code multiline}, in one request
 * @param batchTime the time after which fewer lines are sent
 * @param services glob patterns of the names of the services
 * @param multiline whether a stack trace is one event
 * @param mask regular expressions of secrets; what they match, or their first group if they have
 *     one, becomes {@code ***}
 * @param rejected what happens to a batch that the endpoint refuses for good
 * @param trustedCertificates a PEM file with the certificates to trust instead of the default ones
 *     of this JVM; needs https
 * @since 0.1
 */
public record ShippingConfig(
    URI url,
    Format format,
    Map<String, String> headers,
    int batchLines,
    Duration batchTime,
    List<String> services,
    boolean multiline,
    List<String> mask,
    Rejected rejected,
    Optional<Path> trustedCertificates) {
  private static final int MAX_BATCH_LINES = 10_000;
  private static final Duration MIN_BATCH_TIME = Duration.ofMillis(10);
  private static final Duration MAX_BATCH_TIME = Duration.ofHours(1);

  /** The format of a request. */
  public enum Format {
    /** One JSON object for each line, for the {@code http_server} source of vector. */
    NDJSON,
    /** An ExportLogsServiceRequest in JSON, for an OpenTelemetry collector. */
    OTLP
  }

  /** What happens to a batch that is refused with a 4xx status other than 408, 413 and 429. */
  public enum Rejected {
    /** It is sent again every minute. The stream waits, and its log may be rotated away. */
    RETRY,
    /** It is dropped and counted. */
    DROP
  }

  /**
   * Checks the numbers and copies the collections.
   *
   * @throws IllegalArgumentException if a number is out of range
   */
  public ShippingConfig {
    if (trustedCertificates.isPresent() && !"https".equals(url.getScheme())) {
      throw new IllegalArgumentException("trusted_certificates needs a url that begins with https");
    }
    if (batchLines < 1 || batchLines > MAX_BATCH_LINES) {
      throw new IllegalArgumentException(
          "batch_lines (" + batchLines + ") must be from 1 to " + MAX_BATCH_LINES);
    }
    if (batchTime.compareTo(MIN_BATCH_TIME) < 0 || batchTime.compareTo(MAX_BATCH_TIME) > 0) {
      throw new IllegalArgumentException("batch_time (" + batchTime + ") must be from 10ms to 1h");
    }
    headers = Map.copyOf(headers);
    services = List.copyOf(services);
    mask = List.copyOf(mask);
  }

  /** Returns the endpoint without its query. Headers are left out, since they may be secret. */
  @Override
  public String toString() {
    return format + " to " + url.getScheme() + "://" + url.getRawAuthority() + url.getRawPath();
  }
}
