package io.luhproc.kubernetes.stub;

import static io.luhproc.kubernetes.stub.StubObjects.status;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/** The faults that are planned for requests. Thread-safe. */
final class StubFaults {
  private final List<PlannedFault> planned = new ArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  private record PlannedFault(Pattern request, Fault fault, AtomicInteger times) {}

  synchronized void plan(String requestPattern, Fault fault, int times) {
    planned.add(new PlannedFault(Pattern.compile(requestPattern), fault, new AtomicInteger(times)));
  }

  synchronized void clear() {
    planned.clear();
  }

  /** Returns the fault for a request; null if there is none. */
  synchronized Fault take(StubRequest request) {
    for (PlannedFault next : planned) {
      if (next.request().matcher(request.line()).find() && next.times().getAndDecrement() > 0) {
        return next.fault();
      }
    }
    return null;
  }

  void answer(StubRequest request, Fault fault) throws IOException, InterruptedException {
    switch (fault) {
      case CLOSE, CLOSE_AFTER, REPLACED, REMOVED -> request.close();
      case HANG -> closed.await();
      case CUT -> {
        request.beginHalf();
        request.close();
      }
      case HANG_IN_BODY -> {
        request.beginHalf();
        closed.await();
      }
      case EXPIRED -> request.answer(410, status(410, "Expired", "too old", null));
      case ENDLESS_ERROR -> {
        byte[] page = new byte[8 << 20];
        Arrays.fill(page, (byte) 'x');
        request.answer(503, "text/html", page);
      }
      case ERROR_500 ->
          request.answer(500, status(500, "InternalError", "etcdserver: leader changed", null));
      case FORBIDDEN -> request.answer(403, forbidden("User \"starter\" cannot create resource"));
      case OVER_QUOTA -> request.answer(403, forbidden("exceeded quota: jobs"));
      case THROTTLED -> {
        request.header("Retry-After", "7");
        request.answer(429, status(429, "TooManyRequests", "too many requests", null));
      }
      case NOT_JSON -> request.answer(200, "text/html", "<html>Log in".getBytes(UTF_8));
      case FOREIGN_404 -> request.answer(404, "text/plain", "404 page not found".getBytes(UTF_8));
      case NO_RESOURCE ->
          request.answer(
              404,
              status(
                  404,
                  "NotFound",
                  "the server could not find the requested resource",
                  StubObjects.object()));
      case REDIRECT -> {
        request.header("Location", "http://127.0.0.1:1/");
        request.answer(302, "text/plain", new byte[0]);
      }
    }
  }

  private static Map<String, Object> forbidden(String reason) {
    return status(403, "Forbidden", "jobs.batch \"x\" is forbidden: " + reason, null);
  }

  void close() {
    closed.countDown();
  }
}
