package dev.braintrust.spring.console;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Logs the URL of the console when the application has started, before its runners run.
 */
final class ConsoleAnnouncement implements ApplicationListener<ApplicationStartedEvent> {

	// The application's port, not the management port.
	static final String PORT = "local.server.port";

	private static final Log logger = LogFactory.getLog(Console.class);

	private final Environment environment;

	private final ObjectProvider<ConsoleServer> server;

	private boolean announced;

	ConsoleAnnouncement(Environment environment, ObjectProvider<ConsoleServer> server) {
		this.environment = environment;
		this.server = server;
	}

	@Override
	public void onApplicationEvent(ApplicationStartedEvent event) {
		String url = url();
		if (url != null && !this.announced) {
			this.announced = true;
			boolean kept = this.server.getIfAvailable() != null;
			logger.info(
					"The Braintrust console is at " + url + (kept ? ". The application runs until you stop it." : ""));
		}
	}

	@Nullable String url() {
		ConsoleServer server = this.server.getIfAvailable();
		if (server != null) {
			return "http://localhost:" + server.port() + ConsoleRequest.PATH + "/";
		}
		String port = this.environment.getProperty(PORT);
		return (port != null) ? scheme() + "://localhost:" + port + contextPath() + ConsoleRequest.PATH + "/" : null;
	}

	private String scheme() {
		boolean secure = this.environment.getProperty("server.ssl.enabled", Boolean.class, true)
				&& isSet("server.ssl.bundle", "server.ssl.key-store", "server.ssl.certificate");
		return secure ? "https" : "http";
	}

	private boolean isSet(String... properties) {
		for (String property : properties) {
			if (StringUtils.hasText(this.environment.getProperty(property))) {
				return true;
			}
		}
		return false;
	}

	private String contextPath() {
		return this.environment.getProperty("server.servlet.context-path",
				this.environment.getProperty("spring.webflux.base-path", ""));
	}

}
