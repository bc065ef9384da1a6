package dev.braintrust.spring.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A real HTTP proxy that requires a Basic login. It opens tunnels, and answers all other
 * requests itself with 200.
 */
public final class LoginProxy implements AutoCloseable {

	private static final String HEADER = "proxy-authorization: ";

	private final Queue<String> accepted = new ConcurrentLinkedQueue<>();

	private final Queue<String> refused = new ConcurrentLinkedQueue<>();

	private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();

	private final ExecutorService executor = Executors.newCachedThreadPool();

	private final ServerSocket server;

	private final String login;

	/**
	 * Create a proxy.
	 * @param username the name of the user that it accepts
	 * @param password the password of that user
	 */
	public LoginProxy(String username, String password) {
		this.login = "Basic "
				+ Base64.getEncoder().encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
		try {
			this.server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.executor.execute(this::accept);
	}

	public int port() {
		return this.server.getLocalPort();
	}

	/**
	 * The requests with the right login.
	 * @return the first line of each
	 */
	public List<String> accepted() {
		return new ArrayList<>(this.accepted);
	}

	/**
	 * The requests with a wrong login or without one.
	 * @return the first line of each
	 */
	public List<String> refused() {
		return new ArrayList<>(this.refused);
	}

	private void accept() {
		try {
			while (true) {
				Socket client = this.server.accept();
				this.sockets.add(client);
				this.executor.execute(() -> serve(client));
			}
		}
		catch (IOException ex) {
			// The proxy is closed.
		}
	}

	private void serve(Socket client) {
		try (client) {
			List<String> head = head(client.getInputStream());
			if (head.isEmpty()) {
				return;
			}
			String login = head.stream()
				.filter((line) -> line.toLowerCase().startsWith(HEADER))
				.map((line) -> line.substring(HEADER.length()))
				.findFirst()
				.orElse(null);
			if (!this.login.equals(login)) {
				this.refused.add(head.get(0));
				answer(client, "407 Proxy Authentication Required", "Proxy-Authenticate: Basic realm=\"proxy\"\r\n");
			}
			else if (head.get(0).startsWith("CONNECT ")) {
				this.accepted.add(head.get(0));
				tunnel(client, head.get(0).split(" ")[1]);
			}
			else {
				this.accepted.add(head.get(0));
				answer(client, "200 OK", "");
			}
		}
		catch (IOException ex) {
			// The client has closed the connection.
		}
	}

	private static void answer(Socket client, String status, String header) throws IOException {
		client.getOutputStream()
			.write(("HTTP/1.1 " + status + "\r\n" + header + "Content-Length: 0\r\nConnection: close\r\n\r\n")
				.getBytes(StandardCharsets.ISO_8859_1));
		client.getOutputStream().flush();
		client.shutdownOutput();
		client.getInputStream().transferTo(OutputStream.nullOutputStream());
	}

	private static List<String> head(InputStream input) throws IOException {
		StringBuilder head = new StringBuilder();
		while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
			int next = input.read();
			if (next < 0) {
				return List.of();
			}
			head.append((char) next);
		}
		return head.toString().lines().toList();
	}

	private void tunnel(Socket client, String address) throws IOException {
		try (Socket target = new Socket(address.substring(0, address.lastIndexOf(':')),
				Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)))) {
			client.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
			this.executor.execute(() -> pump(client, target));
			target.getInputStream().transferTo(client.getOutputStream());
			client.shutdownOutput();
		}
	}

	private static void pump(Socket from, Socket to) {
		try {
			from.getInputStream().transferTo(to.getOutputStream());
			to.shutdownOutput();
		}
		catch (IOException ex) {
			// One side has closed the connection.
		}
	}

	@Override
	public void close() {
		try {
			this.server.close();
			for (Socket socket : this.sockets) {
				socket.close();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.executor.shutdownNow();
	}

}
