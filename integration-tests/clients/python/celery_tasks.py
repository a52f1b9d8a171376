"""The application of celery_job.py."""
import os
import ssl

from celery import Celery, chain, chord, group  # noqa: F401 (used by the job)

url = f"rediss://localhost:{os.environ['SLOTGATE_PORT']}/0"
tls = {"ssl_cert_reqs": ssl.CERT_REQUIRED, "ssl_ca_certs": os.environ["SLOTGATE_CA"]}
app = Celery("slotgate", broker=url, backend=url, broker_use_ssl=tls, redis_backend_use_ssl=tls)
app.conf.update(
    broker_transport_options={"global_keyprefix": "{celery}", "visibility_timeout": 60},
    result_backend_transport_options={"global_keyprefix": "{celery-result}"},
    task_default_queue="work", worker_hijack_root_logger=False, broker_connection_retry_on_startup=True)


@app.task
def add(a, b):
    return a + b


@app.task
def total(numbers):
    return sum(numbers)


@app.task(bind=True, max_retries=3)
def third_time(self):
    if self.request.retries < 2:
        raise self.retry(countdown=0)
    return self.request.retries
