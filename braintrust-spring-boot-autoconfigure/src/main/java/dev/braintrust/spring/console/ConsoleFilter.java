package dev.braintrust.spring.console;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

/**
 * Serves the console in a servlet application. It runs before all other filters, so that
 * nothing observes the console's requests.
 */
final class ConsoleFilter implements Filter {

	private final Console console;

	ConsoleFilter(Console console) {
		this.console = console;
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		HttpServletRequest http = (HttpServletRequest) request;
		String path = http.getRequestURI().substring(http.getContextPath().length());
		if (!Console.has(path)) {
			// Only exact, unencoded paths belong to the console.
			chain.doFilter(request, response);
			return;
		}
		ConsoleResponse answer = this.console.answer(new ConsoleRequest(http.getMethod(),
				path.substring(ConsoleRequest.PATH.length()), http.getQueryString(), address(http.getRemoteAddr()),
				address(http.getLocalAddr()), http::getHeader));
		HttpServletResponse to = (HttpServletResponse) response;
		to.setStatus(answer.status());
		answer.headers().forEach(to::setHeader);
		to.setContentLength(answer.body().length);
		if (!http.getMethod().equals("HEAD")) {
			to.getOutputStream().write(answer.body());
		}
	}

	// Servers return addresses, never names. Jetty puts IPv6 addresses in brackets.
	private static @Nullable InetAddress address(@Nullable String address) {
		try {
			return (address != null && address.matches("\\[?[0-9a-fA-F.:]+(%\\w+)?]?")) ? InetAddress.getByName(address)
					: null;
		}
		catch (UnknownHostException ex) {
			return null;
		}
	}

}
