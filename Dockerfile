# One image for web, worker, beat and release; docker-compose.yml says which command runs where.
FROM python:3.11-slim AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements.txt /build/requirements.txt
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --no-input --require-hashes -r /build/requirements.txt

FROM python:3.11-slim
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data
RUN groupadd --system --gid 10001 manager \
    && useradd --system --uid 10001 --gid manager --home-dir /app --no-create-home manager \
    && install -d -o manager -g manager -m 0700 /data
COPY --from=packages /opt/venv /opt/venv
COPY . /app
WORKDIR /app
RUN python -m compileall -q /app && python -m languages compile
USER manager
VOLUME /data
EXPOSE 8083
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8083/health/live', timeout=4)"]
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8083", "--workers", "2", "--blocking-threads", "1", "--no-ws", "licensing_manager.wsgi:application"]
