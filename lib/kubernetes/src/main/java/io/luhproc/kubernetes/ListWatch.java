package io.luhproc.kubernetes;

import io.luhproc.LuhprocException;
import io.luhproc.kubernetes.client.ApiClient;
import io.luhproc.kubernetes.client.ApiException;
import io.luhproc.kubernetes.client.ApiException.Kind;
import io.luhproc.kubernetes.client.Listing;
import io.luhproc.kubernetes.client.ResourcePath;
import io.luhproc.kubernetes.client.Watch;
import io.luhproc.kubernetes.json.Json;
import io.luhproc.time.Threads;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that lists a collection and then watches it. It goes on after any failure, and lists
 * again if the server does not remember the changes since.
 */
final class ListWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ListWatch.class);

  private final Cluster cluster;
  private final ResourcePath collection;
  private final Listener listener;
  private final Thread thread;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile @Nullable Watch current;
  private @Nullable String version;

  /** Receives what happens, on the thread of the watch. */
  interface Listener {
    /** Called with all objects, at first and when changes were missed. */
    void onListed(List<Json> objects);

    /** Called for a change. */
    void onChanged(Json object, boolean deleted);
  }

  private ListWatch(Cluster cluster, ResourcePath collection, Listener listener) {
    this.cluster = cluster;
    this.collection = collection;
    this.listener = listener;
    this.thread = Threads.daemon("kubernetes-watch", this::run);
  }

  static ListWatch start(Cluster cluster, ResourcePath collection, Listener listener) {
    ListWatch watch = new ListWatch(cluster, collection, listener);
    watch.thread.start();
    return watch;
  }

  private void run() {
    Duration pause = cluster.streams().firstPause();
    try {
      while (!closed.await(0, TimeUnit.NANOSECONDS)) {
        if (watchOnce()) {
          pause = cluster.streams().firstPause();
        } else {
          boolean ignored = closed.await(pause.toNanos(), TimeUnit.NANOSECONDS);
          pause = cluster.streams().next(pause);
        }
      }
    } catch (InterruptedException expected) {
      // close() interrupts a request.
    }
  }

  /** Lists if necessary, and watches until the watch ends; returns whether anything arrived. */
  private boolean watchOnce() throws InterruptedException {
    boolean arrived = false;
    try {
      ApiClient api = cluster.client().newCall();
      if (version == null) {
        Listing listing = api.list(collection);
        listener.onListed(listing.items());
        version = listing.version();
      }
      try (Watch watch = api.watch(collection, version, cluster.streams().watch())) {
        current = watch;
        if (closed.getCount() == 0) {
          return true;
        }
        for (Optional<Watch.Change> change = next(watch);
            change.isPresent();
            change = next(watch)) {
          arrived = true;
          onChange(change.get());
        }
      }
    } catch (LuhprocException e) {
      if (e instanceof ApiException failure && failure.kind() == Kind.EXPIRED) {
        version = null;
      }
      LOG.debug("a watch ended; watching again", e);
    }
    return arrived;
  }

  private Optional<Watch.Change> next(Watch watch) throws InterruptedException {
    return watch.next(cluster.streams().silence());
  }

  private void onChange(Watch.Change change) {
    if (!change.type().equals("BOOKMARK")) {
      listener.onChanged(change.object(), change.type().equals("DELETED"));
    }
    if (!change.version().isEmpty()) {
      version = change.version();
    }
  }

  /** Ends the thread, without waiting for it. */
  @Override
  public void close() {
    closed.countDown();
    Watch open = current;
    if (open != null) {
      open.close();
    }
    thread.interrupt();
  }
}
