const root = document.querySelector('#app');
if (root) root.textContent = 'nestjs-realtime';
