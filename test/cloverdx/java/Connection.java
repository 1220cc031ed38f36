import com.google.api.client.auth.oauth2.AuthorizationCodeFlow;
import com.google.api.client.auth.oauth2.AuthorizationCodeTokenRequest;
import com.google.api.client.auth.oauth2.BearerToken;
import com.google.api.client.auth.oauth2.ClientParametersAuthentication;
import com.google.api.client.auth.oauth2.Credential;
import com.google.api.client.auth.oauth2.TokenResponse;
import com.google.api.client.http.BasicAuthentication;
import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpExecuteInterceptor;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.api.client.json.gson.GsonFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.FileInputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * An OAuth2 connection with the OAuth client library of Google: it is authorized with
 * prompt=consent and PKCE, and then 16 jobs, which share the refresh token, refresh at once at
 * all replicas and call an API.
 */
public final class Connection {
    private static final int JOBS = 16;
    private static final GsonFactory JSON = GsonFactory.getDefaultInstance();

    private final String[] tokenEndpoints = env("TOKEN_ENDPOINTS").split(" ");
    private final String redirect = env("REDIRECT_URI");
    private final String state = UUID.randomUUID().toString();
    private final NetHttpTransport transport;
    private final AuthorizationCodeFlow flow;

    private Connection() throws Exception {
        try (FileInputStream ca = new FileInputStream(env("CA_FILE"))) {
            transport = new NetHttpTransport.Builder().trustCertificatesFromStream(ca).build();
        }
        AuthorizationCodeFlow.Builder builder = new AuthorizationCodeFlow.Builder(
            BearerToken.authorizationHeaderAccessMethod(), transport, JSON, new GenericUrl(tokenEndpoints[0]),
            authentication(), env("CLIENT_ID"), env("AUTHORIZATION_ENDPOINT"));
        if (env("PKCE").equals("true")) {
            builder.enablePKCE();
        }
        flow = builder.setScopes(Arrays.asList(env("SCOPES").split(" "))).build();
    }

    public static void main(String[] arguments) throws Exception {
        Connection connection = new Connection();
        URI redirect = URI.create(connection.redirect);
        HttpServer server = HttpServer.create(new InetSocketAddress(redirect.getHost(), redirect.getPort()), 0);
        server.createContext("/begin", exchange -> {
            exchange.getResponseHeaders().set("Location", connection.begin());
            answer(exchange, 302, "");
        });
        server.createContext(redirect.getPath(), exchange -> {
            try {
                answer(exchange, 200, connection.finish(exchange.getRequestURI().getQuery()));
            } catch (Exception e) {
                // Messages of the library can quote tokens.
                answer(exchange, 500, "{\"error\":\"" + e.getClass().getSimpleName() + "\"}");
            }
        });
        server.start();
    }

    private static String env(String name) {
        return System.getenv(name);
    }

    private static void answer(HttpExchange exchange, int status, String body) throws java.io.IOException {
        byte[] text = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, text.length == 0 ? -1 : text.length);
        exchange.getResponseBody().write(text);
        exchange.close();
    }

    private static HttpExecuteInterceptor authentication() {
        String secret = env("CLIENT_SECRET");
        if (secret.isEmpty()) {
            return new ClientParametersAuthentication(env("CLIENT_ID"), null);
        }
        if (env("IN_BODY").equals("true")) {
            return new ClientParametersAuthentication(env("CLIENT_ID"), secret);
        }
        return new BasicAuthentication(env("CLIENT_ID"), secret);
    }

    private String begin() {
        return flow.newAuthorizationUrl().setRedirectUri(redirect).setState(state).set("prompt", "consent").build();
    }

    private String finish(String query) throws Exception {
        String code = null;
        boolean mine = false;
        for (String parameter : query.split("&")) {
            code = parameter.startsWith("code=") ? parameter.substring(5) : code;
            mine |= parameter.equals("state=" + state);
        }
        if (code == null || !mine) {
            throw new IllegalStateException("the answer is of another request");
        }
        AuthorizationCodeTokenRequest request = flow.newTokenRequest(code).setRedirectUri(redirect);
        TokenResponse first = request.execute();
        int refreshed = refreshTogether(first);
        return "{\"refreshed\":" + refreshed + ",\"expires\":" + (first.getExpiresInSeconds() != null) + ",\"scope\":\"" + first.getScope() + "\"}";
    }

    /** Returns how many jobs refreshed and then called the API. */
    private int refreshTogether(TokenResponse tokens) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(JOBS);
        List<Future<Boolean>> jobs = new ArrayList<>();
        for (int n = 0; n < JOBS; n++) {
            Credential job = new Credential.Builder(BearerToken.authorizationHeaderAccessMethod())
                .setTransport(transport).setJsonFactory(JSON).setClientAuthentication(authentication())
                .setTokenServerEncodedUrl(tokenEndpoints[n % tokenEndpoints.length]).build();
            job.setRefreshToken(tokens.getRefreshToken());
            jobs.add(pool.submit(() -> job.refreshToken() && works(job)));
        }
        int refreshed = 0;
        for (Future<Boolean> job : jobs) {
            refreshed += job.get() ? 1 : 0;
        }
        pool.shutdown();
        return refreshed;
    }

    private boolean works(Credential job) throws Exception {
        return transport.createRequestFactory(job).buildGetRequest(new GenericUrl(env("API"))).execute().getStatusCode() == 200;
    }
}
