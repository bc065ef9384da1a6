package dev.braintrust.spring.eval.remote;

import java.util.Map;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.thread.Threading;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * Warns at startup if runs may take so many threads of a servlet server that other
 * requests have to wait for them. A run takes one until it ends.
 */
final class ServerThreads implements SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(RemoteEvals.class);

	private static final String RUNS = "'braintrust.evals.remote.max-concurrent-runs'";

	// Spring Boot's server factories, and the property of each that limits its threads.
	// The threads of a server that the application is deployed to are not known.
	private static final Map<String, String> SERVERS = Map.of(
			"org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory", "server.tomcat.threads.max",
			"org.springframework.boot.jetty.servlet.JettyServletWebServerFactory", "server.jetty.threads.max");

	// The default of both servers.
	private static final int DEFAULT_THREADS = 200;

	private final int runs;

	private final Environment environment;

	ServerThreads(int runs, Environment environment) {
		this.runs = runs;
		this.environment = environment;
	}

	@Override
	public void afterSingletonsInstantiated() {
		if (!Threading.VIRTUAL.isActive(this.environment)) {
			SERVERS.forEach((server, property) -> {
				if (ClassUtils.isPresent(server, getClass().getClassLoader())) {
					check(property, this.environment.getProperty(property, Integer.class, DEFAULT_THREADS));
				}
			});
		}
	}

	// Warn if fewer than half of the threads are left for other requests.
	private void check(String property, int threads) {
		if (this.runs > threads / 2) {
			logger.warn("Remote evaluations may take " + Math.min(this.runs, threads) + " of the " + threads
					+ " threads of the web server, since each run takes one until it ends. Other requests may have to "
					+ "wait. Set " + RUNS + " to at most " + Math.max(1, threads / 2) + ", raise '" + property
					+ "', or set 'spring.threads.virtual.enabled' to true.");
		}
	}

}
